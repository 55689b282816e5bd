package org.nettytun.routing;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nettytun.routing.SlowTable.Prefix;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Lookups that are paused before each load from memory, while the table goes on changing: what comes out must have been
 * right at some moment since they set out. What threads meet once in a million times, this meets every time.
 */
class PausedReaderTest {
    private static final String[] TARGETS = {"a", "b", "c"};
    private static final int READERS = 12;
    private static final long ADDRESS = 0x20010db8_a5c20f95L;

    private final SlowTable model = new SlowTable();

    /**
     * All happens around one address, at bits and lengths where nodes end.
     *
     * @param flips   bits of which any combination makes an address, as a mask of the upper half
     * @param lengths that prefixes have
     */
    @ParameterizedTest
    @CsvSource({"32, 0x00000300_00000000, 0 8 22 23 24 32", "32, 0x00000003_00000000, 0 12 24 30 31 32",
            "32, 0x00100301_00000000, 0 8 11 12 13 23 24 25 31 32", "128, 0x00000003_00030000, 0 20 31 32 33 46 47 48",
            "128, 0x00000000_00030000, 0 32 46 47 48 64 128", "128, 0x00100000_00000003, 0 8 11 12 48 62 63 64 65 128"})
    void theAnswerWasRightAtSomeMoment(int bits, String flips, String lengths) {
        PrefixTrie trie = bits == 32 ? PrefixTrie.ipv4() : PrefixTrie.ipv6();
        long mask = Long.decode(flips.replace("_", ""));
        int[] choice = Arrays.stream(lengths.split(" ")).mapToInt(Integer::parseInt).toArray();
        Random random = new Random(bits + mask);
        List<Reader> readers = new ArrayList<>();
        for (int step = 0; step < 40_000; step++) {
            while (readers.size() < READERS) {
                readers.add(new Reader(trie, Prefix.of(ADDRESS ^ random.nextLong() & mask, 0, bits)));
            }
            Prefix prefix = Prefix.of(ADDRESS ^ random.nextLong() & mask, 0, choice[random.nextInt(choice.length)]);
            boolean add = random.nextInt(12) >= model.routes.size();
            PrefixTrieModelTest.change(trie, model, add ? prefix : PrefixTrieModelTest.any(model, random),
                    add ? TARGETS[random.nextInt(TARGETS.length)] : null);
            readers.forEach(Reader::remember);
            readers.removeIf(each -> random.nextInt(3) == 0 && each.step());
        }
    }

    /** A lookup, load by load as {@link PrefixTrie#lookup} makes it. */
    private final class Reader {
        private final Prefix address;
        private final Set<Object> right = new HashSet<>();
        private Subtree at;
        private int depth;
        private boolean missed;

        Reader(PrefixTrie trie, Prefix address) {
            this.address = address;
            this.at = trie.root();
            remember();
        }

        void remember() {
            right.add(model.lookup(address.high(), address.low()));
        }

        /** @return whether it has arrived */
        boolean step() {
            if (missed) {
                return arrive(at.inherited());
            }
            if (at instanceof LonePrefix lone) {
                missed = !lone.is(address.high(), address.low(), lone.length());
                return !missed && arrive(lone.target());
            }
            TrieNode node = (TrieNode) at;
            int end = depth + node.stride();
            long half = depth < 64 ? address.high() : address.low();
            Object leaf = node.leaf((int) (half >>> -end) & node.slots() - 1);
            if (leaf == null && node instanceof DirectNode) {
                return arrive(null);
            }
            if (leaf instanceof Subtree below) {
                at = below;
                depth = end;
                return false;
            }
            missed = leaf == null;
            return !missed && arrive(leaf);
        }

        private boolean arrive(Object answer) {
            assertTrue(right.contains(answer), () -> answer + " was never right, but " + right);
            return true;
        }
    }
}
