package org.nettytun.benchmarks;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

import java.io.PrintWriter;
import java.io.StringWriter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class CommandLineTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "| expected a subcommand: all,",
        "hairpin --size 27 | size must be 28..1500, or of a super-packet 3000..65535: size=27",
        "hairpin --rounds 0 | forks and rounds must be 1 or more: forks=2 rounds=0",
        "hairpin --contender nobody | contender=nobody",
        "routes --forks 0 | forks must be 1 or more: forks=0",
        "compare one.csv | Missing required parameter"})
    void wrongArgumentsEndWithTwoAndASentence(String arguments, String sentence) {
        StringWriter errors = new StringWriter();
        CommandLine command = Main.commandLine().setErr(new PrintWriter(errors));
        assertEquals(2, command.execute(arguments == null ? new String[0] : arguments.split(" ")));
        assertTrue(errors.toString().contains(sentence), errors::toString);
        assertEquals(1, errors.toString().lines().count());
    }
}
