package org.nettytun.examples;

import org.nettytun.linux.fixture.Eventually;
import org.nettytun.linux.fixture.Jvm;
import org.nettytun.linux.fixture.Netns;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** The finished jar, started as a user starts it. Ended when it is closed. */
final class Jar implements AutoCloseable {
    private static final String JAR = Path.of("target", "transport-tun-examples.jar").toString();
    private static final int PATIENCE_SECONDS = 60;

    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> reader;

    private Jar(ProcessBuilder builder) throws IOException {
        process = builder.redirectErrorStream(true).start();
        process.getOutputStream().close();
        reader = CompletableFuture.runAsync(this::read, Jar::onThreadOfItsOwn);
    }

    /** The common pool may have one thread only, and the end of a process is told there. */
    private static void onThreadOfItsOwn(Runnable reader) {
        Thread thread = new Thread(reader, "output");
        thread.setDaemon(true);
        thread.start();
    }

    /** {@code java -jar}. */
    static Jar start(String... arguments) throws IOException {
        return start(List.of("-jar", JAR), arguments);
    }

    /** On the module path, as any application of modules. */
    static Jar startModule(String... arguments) throws IOException {
        List<String> how = new ArrayList<>(Jvm.nativeAccess("com.sun.jna,io.netty.common"));   // as the README says
        how.addAll(List.of("-p", Path.of("target", "modulepath").toString(), "--add-modules", "ALL-MODULE-PATH",
                "-m", "org.nettytun.examples/org.nettytun.examples.Main"));
        return start(how, arguments);
    }

    private static Jar start(List<String> how, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(java());
        command.addAll(how);
        command.addAll(List.of(arguments));
        return new Jar(new ProcessBuilder(command));
    }

    /** {@code java -jar} where no other programs are found than those in {@code folder}. */
    static Jar startWithPath(Path folder, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(java(), "-jar", JAR));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("PATH", folder.toString());
        return new Jar(builder);
    }

    /** {@code java -jar} in a network namespace, where a lost packet or one that is used too late is told of. */
    static Jar startIn(Netns where, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", where.name(), java(), "-Xmx256m", "-ea",
                "-Dio.netty.leakDetection.level=paranoid", "-Dorg.nettytun.quarantine=64", "-jar", JAR));
        command.addAll(List.of(arguments));
        return new Jar(new ProcessBuilder(command));
    }

    /** {@code java -jar} in a network namespace, by root without any capability and any way to get one. */
    static Jar startWithoutCapabilities(Netns where, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", where.name(), "setpriv",
                "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", java(), "-jar", JAR));
        command.addAll(List.of(arguments));
        return new Jar(new ProcessBuilder(command));
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private void read() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for a line that holds {@code text}, and returns it. */
    String await(String text) {
        Eventually.await(() -> find(text) != null || !process.isAlive() && reader.isDone(), () -> text + ": " + lines);
        String found = find(text);
        if (found == null) {
            throw new AssertionError("ended without \"" + text + "\": " + lines);
        }
        return found;
    }

    private String find(String text) {
        return lines.stream().filter(line -> line.contains(text)).findFirst().orElse(null);
    }

    /** SIGTERM. */
    void terminate() {
        process.toHandle().destroy();   // Process.destroy() would close its output, too
    }

    /** The exit code. */
    int awaitEnd(int seconds) throws InterruptedException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            throw new AssertionError("still there after " + seconds + " s: " + lines);
        }
        reader.join();
        return process.exitValue();
    }

    int awaitEnd() throws InterruptedException {
        return awaitEnd(PATIENCE_SECONDS);
    }

    /** All it printed. */
    List<String> lines() {
        return lines;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
