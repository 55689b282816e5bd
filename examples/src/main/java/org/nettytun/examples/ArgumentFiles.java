package org.nettytun.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Files of arguments, {@code @FILE} on the command line. Picocli puts their words in its place; where a word stood is
 * looked up here, once something is wrong with it.
 */
final class ArgumentFiles {
    private ArgumentFiles() {
    }

    /**
     * Where an argument stood: {@code FILE:LINE: }, or nothing if in no file.
     *
     * @param value an option or its value, as it was given
     */
    static String where(String[] arguments, String value) {
        for (String argument : arguments) {
            List<String> lines = argument.startsWith("@") ? lines(argument.substring(1)) : List.of();
            for (int i = lines.size() - 1; i >= 0; i--) {   // of two that do not go together the later one is to blame
                if (words(lines.get(i)).anyMatch(value::equals)) {
                    return argument.substring(1) + ":" + (i + 1) + ": ";
                }
            }
        }
        return "";
    }

    /** Also the value behind {@code --option=}. */
    private static Stream<String> words(String line) {
        return Stream.of(line.replaceFirst("#.*", "").split("[\\s\"']+"))
                .flatMap(word -> Stream.of(word, word.replaceFirst("^-[\\w-]+=", "")));
    }

    /** None if it cannot be read: then picocli took its name for an argument, and said so. */
    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file));
        } catch (IOException e) {
            return List.of();
        }
    }
}
