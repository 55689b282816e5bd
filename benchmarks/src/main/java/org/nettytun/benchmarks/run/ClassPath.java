package org.nettytun.benchmarks.run;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** On which class path a contender's JVM runs. */
public final class ClassPath {
    private ClassPath() {
    }

    /** This program's. */
    public static String ours() {
        return System.getProperty("java.class.path");
    }

    /**
     * This module's classes and {@code netty-tun} with what it declares, and nothing else: no Netty of ours.
     *
     * @throws Absent the build has not put it there
     */
    public static String rivals() throws Absent {
        Path own = own();
        Path target = own.getParent().endsWith("lib") ? own.getParent().getParent() : own.getParent();
        Path rival = target.resolve("netty-tun");
        if (!Files.isDirectory(rival)) {
            throw new Absent("netty-tun is not in " + rival + ": the build puts it there");
        }
        return own + ":" + rival + "/*";
    }

    private static Path own() {
        try {
            return Path.of(ClassPath.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
