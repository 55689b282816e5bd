package org.nettytun.examples;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** What went wrong, in one line on standard error: no stack trace, no page of usage. */
public final class OneLine {
    private OneLine() {
    }

    /** The arguments are wrong. */
    public static int wrongArguments(ParameterException e, String[] arguments) {
        print(e.getCommandLine(), e.getMessage());
        return e.getCommandLine().getCommandSpec().exitCodeOnInvalidInput();
    }

    /** The arguments are good, and still it did not work. */
    public static int failed(Exception e, CommandLine command, ParseResult parsed) {
        print(command, e.getMessage() == null ? e.toString() : e.getMessage());
        return command.getCommandSpec().exitCodeOnExecutionException();
    }

    private static void print(CommandLine command, String message) {
        command.getErr().println(command.getCommandName() + ": " + message.replaceAll("\\s*\\R\\s*", " "));
        command.getErr().flush();
    }
}
