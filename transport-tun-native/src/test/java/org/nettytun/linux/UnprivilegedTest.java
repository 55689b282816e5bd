package org.nettytun.linux;

import org.junit.jupiter.api.Test;
import org.nettytun.linux.fixture.Jvm;
import org.nettytun.linux.fixture.NeedsDevices;
import org.nettytun.linux.fixture.Netns;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What a process without CAP_NET_ADMIN and CAP_SYS_ADMIN is told: a child JVM without them prints it. */
@NeedsDevices
class UnprivilegedTest {
    private static List<String> ask(Netns netns, String... questions) throws IOException {
        Stream<String> without = Stream.of("setpriv", "--bounding-set", "-net_admin,-sys_admin");
        String[] command = Stream.concat(without, Jvm.command(Child.class, questions).stream()).toArray(String[]::new);
        return netns.exec(command).lines().toList();
    }

    @Test
    void everyRefusalNamesTheCapability() throws Exception {
        try (Netns netns = Netns.quiet(); Netns other = Netns.quiet()) {
            List<String> answers = ask(netns, "open", "tun0", "netns", other.name(), "up", "lo");

            assertTrue(answers.get(0).matches("TUNSETIFF on tun0: EPERM \\(Operation not permitted\\): needs "
                    + "CAP_NET_ADMIN: .*"), answers.get(0));
            assertTrue(answers.get(1).matches("(open|setns) on /run/netns/" + other.name() + ": E(PERM|ACCES) .*"
                    + "needs CAP_SYS_ADMIN.*"), answers.get(1));
            assertTrue(answers.get(2).matches("RTM_NEWLINK on link 1 \\(down\\): EPERM \\(Operation not permitted\\): "
                    + ".*CAP_NET_ADMIN.*"), answers.get(2));
            assertEquals(3, answers.size());
        }
    }

    @Test
    void theOwnerOfAPersistentDeviceNeedsNoCapability() throws Exception {
        try (Netns netns = Netns.quiet()) {
            try (TunFd tun = netns.namespace().call(() -> TunFd.open("mine", Set.of()))) {
                tun.setOwner(0);
                tun.setPersist(true);
            }
            assertEquals(List.of("opened mine"), ask(netns, "open", "mine"));
        }
    }

    @Test
    void someoneElseThanTheOwnerDoes() throws Exception {
        int another = 4711;
        try (Netns netns = Netns.quiet()) {
            try (TunFd tun = netns.namespace().call(() -> TunFd.open("theirs", Set.of()))) {
                if (!isMapped(another)) {
                    ErrnoException e = assertThrows(ErrnoException.class, () -> tun.setOwner(another));
                    assertTrue(e.getMessage().contains("this user namespace has no such user"), e.getMessage());
                    return;
                }
                tun.setOwner(another);
                tun.setPersist(true);
            }
            String answer = ask(netns, "open", "theirs").get(0);
            assertTrue(answer.startsWith("TUNSETIFF on theirs: EPERM"), answer);
        }
    }

    private static boolean isMapped(int uid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/uid_map"))) {
            String[] range = line.trim().split("\\s+");
            long first = Long.parseLong(range[0]);
            if (uid >= first && uid < first + Long.parseLong(range[2])) {
                return true;
            }
        }
        return false;
    }

    /** Prints what each question, a verb and a noun, meets. */
    static final class Child {
        private Child() {
        }

        public static void main(String[] words) {
            PrintStream toParent = System.out;
            for (int i = 0; i < words.length; i += 2) {
                toParent.println(answer(words[i], words[i + 1]));
            }
        }

        private static String answer(String verb, String noun) {
            try {
                switch (verb) {
                    case "open" -> {
                        try (TunFd tun = TunFd.open(noun, Set.of())) {
                            return "opened " + tun.name();
                        }
                    }
                    case "netns" -> {
                        return NetworkNamespace.of(noun).call(() -> "went to " + noun);
                    }
                    default -> {
                        try (RtNetlink netlink = RtNetlink.open()) {
                            netlink.setUp(netlink.link(noun).index(), false);
                            return "set down " + noun;
                        }
                    }
                }
            } catch (Exception e) {
                return e.getMessage();
            }
        }
    }
}
