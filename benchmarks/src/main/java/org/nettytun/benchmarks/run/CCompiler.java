package org.nettytun.benchmarks.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compiles this module's C programs, when they are to run. */
public final class CCompiler {
    private CCompiler() {
    }

    /**
     * Compiles {@code NAME.c}, a resource beside {@code owner}, with {@code gcc -O2 -Wall -Werror -pthread}.
     *
     * @param into the folder for the source and the program
     * @return the program
     * @throws Absent there is no gcc
     */
    public static Path compile(Class<?> owner, String name, Path into) throws Absent, IOException,
            InterruptedException {
        if (!Commands.has("gcc")) {
            throw new Absent("gcc is not installed (Debian: apt install gcc libc6-dev)");
        }
        Path source = into.resolve(name + ".c");
        Path program = into.resolve(name);
        try (InputStream resource = owner.getResourceAsStream(name + ".c")) {
            if (resource == null) {
                throw new IOException("there is no resource " + name + ".c beside " + owner.getName());
            }
            Files.write(source, resource.readAllBytes());
        }
        Commands.run("gcc", "-O2", "-Wall", "-Werror", "-pthread", "-o", program.toString(), source.toString());
        return program;
    }
}
