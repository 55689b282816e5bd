package org.nettytun.benchmarks.forward;

import org.nettytun.benchmarks.run.Commands;
import org.nettytun.benchmarks.run.Program;

import java.io.IOException;
import java.util.List;

/** Programs that do not end with their input: the kernel ends them with the thread that started them. */
final class Tied {
    private Tied() {
    }

    /** A command that is ended so. Source: prctl(2), PR_SET_PDEATHSIG. */
    static List<String> command(List<String> words) {
        return Commands.concat(List.of("setpriv", "--pdeathsig", "KILL"), words);
    }

    /** Reads lines until one has some words in it. */
    static void await(Program program, String words, long patienceMillis) throws IOException {
        String line = program.read(patienceMillis);
        while (!line.contains(words)) {
            line = program.read(patienceMillis);
        }
    }
}
