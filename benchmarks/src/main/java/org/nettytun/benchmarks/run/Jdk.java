package org.nettytun.benchmarks.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * One installed JDK. Contenders run with its default flags, but for those that native access needs.
 *
 * @param home        its folder
 * @param feature     17, 25, …
 * @param fullVersion as its {@code release} file tells it
 */
public record Jdk(Path home, int feature, String fullVersion) {
    private static final Path INSTALLED = Path.of("/usr/lib/jvm");
    private static final int FIRST_WITH_NATIVE_ACCESS = 22;

    /** The one this program runs on. */
    public static Jdk current() throws IOException {
        return of(Path.of(System.getProperty("java.home")));
    }

    /**
     * That version: the one this program runs on, or one under {@code /usr/lib/jvm}.
     *
     * @throws Absent there is none
     */
    public static Jdk find(int feature) throws Absent, IOException {
        Jdk current = current();
        if (current.feature == feature) {
            return current;
        }
        if (Files.isDirectory(INSTALLED)) {
            try (Stream<Path> folders = Files.list(INSTALLED)) {
                for (Path folder : folders.filter(home -> Files.isExecutable(home.resolve("bin/java"))).toList()) {
                    if (Files.exists(folder.resolve("release")) && of(folder).feature == feature) {
                        return of(folder);
                    }
                }
            }
        }
        throw new Absent("there is no JDK " + feature + " under " + INSTALLED);
    }

    private static Jdk of(Path home) throws IOException {
        Properties release = new Properties();
        try (InputStream file = Files.newInputStream(home.resolve("release"))) {
            release.load(file);
        }
        String version = unquoted(release, "JAVA_VERSION");
        return new Jdk(home, Runtime.Version.parse(version).feature(),
                (unquoted(release, "IMPLEMENTOR") + ' ' + version).strip());
    }

    private static String unquoted(Properties release, String key) {
        return release.getProperty(key, "").replace("\"", "");
    }

    /** The start of a command: this JDK's {@code java} with that class path. */
    public List<String> java(String classPath, String... flags) {
        List<String> command = new ArrayList<>(List.of(home.resolve("bin/java").toString()));
        if (feature >= FIRST_WITH_NATIVE_ACCESS) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of(flags));
        command.addAll(List.of("-cp", classPath));
        return command;
    }
}
