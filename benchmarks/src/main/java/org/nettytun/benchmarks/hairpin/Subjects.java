package org.nettytun.benchmarks.hairpin;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/**
 * The process of one {@link Subject}. Tells {@code ready TID…} when it is, and then answers
 * <pre>
 * size BYTES   →  ok
 * run MILLIS   →  PACKETS NANOS
 * </pre>
 * until its input ends. The C programs do the same.
 */
final class Subjects {
    private Subjects() {
    }

    /** Speaks for one. Never returns. */
    static void serve(Subject subject) throws Exception {
        PrintStream out = System.out;
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        out.println("ready " + subject.start().stream().map(String::valueOf).collect(Collectors.joining(" ")));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            int value = Integer.parseInt(words[1]);
            switch (words[0]) {
                case "size" -> {
                    subject.size(value);
                    out.println("ok");
                }
                case "run" -> {
                    Subject.Laps laps = subject.run(value);
                    out.println(laps.packets() + " " + laps.nanos());
                }
                default -> throw new IllegalArgumentException("expected `size BYTES` or `run MILLIS`: " + line);
            }
            out.flush();
        }
        Runtime.getRuntime().halt(0);
    }
}
