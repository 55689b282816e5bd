package org.nettytun.benchmarks.hairpin;

/** The process of one contender of ours. */
final class OursMain {
    private OursMain() {
    }

    /** @param arguments the contender's id */
    public static void main(String... arguments) throws Exception {
        Subjects.serve(((Contender.InJava) Contender.of(arguments[0]).kind()).subject().get());
    }
}
