package org.nettytun.examples;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** What went wrong, in one line on standard error: no stack trace, no page of usage. */
public final class OneLine {
    private OneLine() {
    }

    /** The arguments are wrong. */
    public static int wrongArguments(ParameterException e, String[] arguments) {
        String culprit = e instanceof UnmatchedArgumentException unknown ? unknown.getUnmatched().get(0)
                : e.getValue();
        String unread = culprit != null && culprit.startsWith("@") ? "; a file of arguments that cannot be read" : "";
        print(e.getCommandLine(), ArgumentFiles.where(arguments, String.valueOf(culprit)) + e.getMessage() + unread);
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
