package org.nettytun.stats;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.tools.ToolProvider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class DropReasonsTest {
    private enum Mine implements DropReason {
        FIRST_OF_MINE, SECOND_OF_MINE
    }

    private enum Taken implements DropReason {
        NEVER_TAKEN, NOMEM
    }

    private enum Lower implements DropReason {
        lower
    }

    @Test
    void numbersAreDenseAndLast() {
        List<DropReason> told = new ArrayList<>();
        DropReasons.Subscription listening = DropReasons.onRegister(told::add);
        int before = DropReasons.all().size();
        DropReasons.register(Mine.class);
        DropReasons.register(Mine.class);
        assertEquals(before + 2, DropReasons.all().size());
        assertEquals(List.of(Mine.FIRST_OF_MINE, Mine.SECOND_OF_MINE), told);
        for (DropReason reason : DropReasons.all()) {
            assertEquals(reason, DropReasons.at(DropReasons.index(reason)));
        }
        assertEquals(0, DropReasons.index(KernelDropReason.NOT_SPECIFIED));
        listening.close();
    }

    @Test
    void whatIsNoReasonIsRefusedWithASentence() {
        assertRefused("NONE", DropReason.NONE);
        assertRefused("a constant of an enum", new DropReason() {
            @Override
            public String name() {
                return "ANYTHING";
            }
        });
        assertRefused("Taken.NOMEM and org.nettytun.stats.KernelDropReason", Taken.NEVER_TAKEN);
        assertRefused("upper case", Lower.lower);
        assertTrue(DropReasons.all().stream().noneMatch(reason -> reason instanceof Taken), "all or none");
    }

    private static void assertRefused(String why, DropReason reason) {
        TunStats ledger = new TunStats("test");
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> ledger.drop(reason, 1));
        assertTrue(e.getMessage().contains(why), e.getMessage());
        assertEquals(0, ledger.dropped(Direction.OUTBOUND));
    }

    /** An enum of as many constants as would be too many. */
    @Test
    void theirNumberIsBounded(@TempDir Path folder) throws Exception {
        Class<?> many = compile(folder, DropReasons.MAX_REASONS);
        DropReason first = (DropReason) many.getEnumConstants()[0];
        assertRefused("there can be 256 drop reasons", first);
    }

    private static Class<?> compile(Path folder, int constants) throws IOException, ClassNotFoundException {
        String names = IntStream.range(0, constants).mapToObj(i -> "MANY_" + i).collect(Collectors.joining(", "));
        Path source = folder.resolve("Many.java");
        Files.writeString(source, "public enum Many implements " + DropReason.class.getName() + " {" + names + "}");
        assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, "-cp",
                System.getProperty("java.class.path"), "-proc:none", source.toString()));
        try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            return loader.loadClass("Many");
        }
    }
}
