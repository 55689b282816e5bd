package org.nettytun.routing;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nettytun.routing.SlowTable.Prefix;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Random changes, each followed by questions, beside a table that is slow and plain. */
class PrefixTrieModelTest {
    private static final String[] TARGETS = {"a", "b", "c", "d"};

    /** Prefixes crowd around few addresses, so that they nest, fork, fall together and leave nodes empty. */
    @ParameterizedTest
    @CsvSource({"32, 3", "32, 12", "128, 4", "128, 40"})
    void agreesWithTheSlowTable(int bits, int flips) {
        for (int round = 0; round < 60; round++) {
            Random random = new Random(1000L * bits + 100L * flips + round);
            PrefixTrie trie = bits == 32 ? PrefixTrie.ipv4() : PrefixTrie.ipv6();
            SlowTable model = new SlowTable();
            int most = 1 + random.nextInt(120);
            for (int step = 0; step < 400; step++) {
                boolean remove = random.nextInt(most) < model.routes.size();
                Prefix prefix = remove ? any(model, random) : prefix(bits, flips, random);
                String target = remove ? null : TARGETS[random.nextInt(TARGETS.length)];
                change(trie, model, prefix, target);
                ask(trie, model, bits, flips, prefix, random);
            }
            assertEquals(new ArrayList<>(model.routes.entrySet()), routes(trie));
            for (Prefix each : List.copyOf(model.routes.keySet())) {
                change(trie, model, each, null);
                ask(trie, model, bits, flips, each, random);
            }
            assertEquals(List.of(), routes(trie));
        }
    }

    /** So many prefixes below 2a00::/16 that its node has words for runs; then so few that it has fields for all. */
    @Test
    void agreesWithTheSlowTableWhereItIsCrowded() {
        Random random = new Random(9);
        PrefixTrie trie = PrefixTrie.ipv6();
        SlowTable model = new SlowTable();
        Set<Class<?>> shapes = new HashSet<>();
        for (int tide = 0; tide < 4; tide++) {
            int wanted = tide % 2 == 0 ? 1200 : 6;
            while (model.routes.size() != wanted) {
                boolean less = random.nextInt(8) == 0 ^ model.routes.size() > wanted;
                boolean everywhere = random.nextInt(50) == 0;
                Prefix crowd = Prefix.of(0x2a00_0000_0000_0000L | random.nextLong() >>> 16, 0,
                        everywhere ? random.nextInt(17) : 17 + random.nextInt(random.nextInt(4) == 0 ? 32 : 16));
                boolean remove = less && !model.routes.isEmpty();
                Prefix prefix = remove ? any(model, random) : crowd;
                change(trie, model, prefix, remove ? null : TARGETS[random.nextInt(TARGETS.length)]);
                shapes.add(trie.root().child(0x2a00) == null ? null : trie.root().child(0x2a00).getClass());
                if (random.nextInt(4) == 0) {
                    ask(trie, model, 128, 128, prefix, random);
                    ask(trie, model, 128, crowd.high(), crowd.low());
                }
            }
            assertEquals(new ArrayList<>(model.routes.entrySet()), routes(trie));
        }
        assertTrue(shapes.containsAll(Set.of(SparseNode.class, SmallNode.class)), shapes::toString);
        assertSame(SmallNode.class, trie.root().child(0x2a00).getClass());
    }

    /** One prefix of each length, longest first and shortest first, and gone in another order. */
    @ParameterizedTest
    @CsvSource({"32, true", "32, false", "128, true", "128, false"})
    void allLengthsAtOneAddress(int bits, boolean longestFirst) {
        long high = 0x20010db8_a5c30f96L;
        long low = bits == 32 ? 0 : 0x5a3cf069_11d2c4b7L;
        PrefixTrie trie = bits == 32 ? PrefixTrie.ipv4() : PrefixTrie.ipv6();
        SlowTable model = new SlowTable();
        for (int i = 0; i <= bits; i++) {
            int length = longestFirst ? bits - i : i;
            change(trie, model, Prefix.of(high, low, length), "to" + length);
            askAround(trie, model, bits, high, low);
        }
        assertEquals(bits + 1, routes(trie).size());
        for (int i = 0; i <= bits; i++) {
            change(trie, model, Prefix.of(high, low, (i * 37) % (bits + 1)), null);
            askAround(trie, model, bits, high, low);
        }
        assertEquals(List.of(), routes(trie));
    }

    static void change(PrefixTrie trie, SlowTable model, Prefix prefix, String target) {
        String before = target == null ? model.routes.remove(prefix) : model.routes.put(prefix, target);
        assertSame(before, trie.get(prefix.high(), prefix.low(), prefix.length()));
        assertSame(before, trie.set(prefix.high(), prefix.low(), prefix.length(), target));
        assertSame(target, trie.get(prefix.high(), prefix.low(), prefix.length()));
    }

    /** The prefix's first and last address, its neighbours, and some others. */
    private static void ask(PrefixTrie trie, SlowTable model, int bits, int flips, Prefix prefix, Random random) {
        Prefix hosts = Prefix.of(-1, -1, prefix.length());
        long lastHigh = prefix.high() | ~hosts.high();
        long lastLow = prefix.low() | ~hosts.low();
        ask(trie, model, bits, prefix.high(), prefix.low());
        ask(trie, model, bits, lastHigh, lastLow);
        ask(trie, model, bits, prefix.high() - (prefix.low() == 0 ? 1 : 0), prefix.low() - 1);
        ask(trie, model, bits, lastHigh + (lastLow == -1 ? 1 : 0), lastLow + 1);
        for (int i = 0; i < 6; i++) {
            Prefix address = prefix(bits, flips, random);
            ask(trie, model, bits, address.high(), address.low());
        }
    }

    /** The address with each of its bits the other way. */
    private static void askAround(PrefixTrie trie, SlowTable model, int bits, long high, long low) {
        ask(trie, model, bits, high, low);
        for (int bit = 0; bit < bits; bit++) {
            ask(trie, model, bits, bit < 64 ? high ^ Long.MIN_VALUE >>> bit : high,
                    bit < 64 ? low : low ^ Long.MIN_VALUE >>> bit - 64);
        }
    }

    private static void ask(PrefixTrie trie, SlowTable model, int bits, long high, long low) {
        if (bits == 32) {
            assertSame(model.lookup(high & 0xffffffff_00000000L, 0), trie.lookup((int) (high >>> 32)));
        } else {
            assertSame(model.lookup(high, low), trie.lookup(high, low));
        }
    }

    static Prefix any(SlowTable model, Random random) {
        return model.routes.keySet().stream().skip(random.nextInt(model.routes.size())).findFirst().orElseThrow();
    }

    static Prefix prefix(int bits, int flips, Random random) {
        long high = 0;
        long low = 0;
        for (int flip = random.nextInt(flips + 1); flip > 0; flip--) {
            int bit = random.nextInt(bits);
            high ^= bit < 64 ? Long.MIN_VALUE >>> bit : 0;
            low ^= bit < 64 ? 0 : Long.MIN_VALUE >>> bit - 64;
        }
        return Prefix.of(high, low, random.nextInt(bits + 1));
    }

    private static List<Map.Entry<Prefix, Object>> routes(PrefixTrie trie) {
        List<Map.Entry<Prefix, Object>> routes = new ArrayList<>();
        trie.forEach((high, low, length, target) -> routes.add(Map.entry(new Prefix(high, low, length), target)));
        return routes;
    }
}
