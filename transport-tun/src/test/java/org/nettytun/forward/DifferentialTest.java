package org.nettytun.forward;

import io.netty.buffer.ByteBufUtil;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.nettytun.linux.fixture.NeedsDevices;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The same packets into the kernel's router and into ours: what comes out is compared field by field. */
@NeedsDevices
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DifferentialTest {
    private KernelJudge kernel;
    private OurJudge ours;

    @BeforeAll
    void open() throws Exception {
        kernel = new KernelJudge();
        ours = new OurJudge();
    }

    @AfterAll
    void close() {
        if (kernel != null) {
            kernel.close();
            ours.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> weAgreeWithTheKernel() {
        return Cases.all().stream().map(each -> DynamicTest.dynamicTest(each.name(), () -> compare(each)));
    }

    /** Where we do otherwise on purpose, both are asserted: docs/router.md lists them. */
    @TestFactory
    Stream<DynamicTest> weDeviateAsDocumented() {
        return Deviations.all().stream().map(each -> DynamicTest.dynamicTest(each.name(), () -> {
            List<Judge.Out> theirs = List.of();
            List<Judge.Out> mine = List.of();
            for (byte[] packet : each.packets()) {
                theirs = kernel.inject(each.port(), packet);
                mine = ours.inject(each.port(), packet);
            }
            assertEquals(each.kernel(), Fields.summary(theirs), "the kernel");
            assertEquals(each.ours(), Fields.summary(mine), () -> "we, " + ours.last().name());
        }));
    }

    @Test
    void weAgreeWithTheKernelAboutPacketsThatNobodyPicked() throws Exception {
        RandomPackets random = new RandomPackets(77);
        for (int i = 0; i < 3000; i++) {
            int port = i % 2;
            byte[] packet = random.next(port);
            compare(new Case("random " + i, port, List.of(packet)));
        }
    }

    /** RFC 1812, section 4.3.2.3: as much of the original packet as possible; the kernel has changed it by then. */
    @Test
    void weQuoteOptionsAsTheyCame() {
        byte[] packet = Build.options(Build.hops(Build.udp("10.8.9.9", "10.2.0.7", 60), 1), "070704 00000000 00");
        int quote = 20 + 8 + 8;   // the answer records its route, too
        byte[] theirs = kernel.inject(0, packet).get(0).packet();
        assertFalse(Arrays.equals(packet, Build.cut(theirs, quote, theirs.length)), "the kernel changed its habit");
        byte[] mine = ours.inject(0, packet).get(0).packet();
        assertArrayEquals(packet, Build.cut(mine, quote, mine.length));
    }

    @Test
    void thereAreEnoughOfThem() {
        assertTrue(Cases.all().size() + Deviations.all().size() >= 120, () -> Cases.all().size() + " and "
                + Deviations.all().size());
    }

    private void compare(Case each) throws Exception {
        for (byte[] packet : each.packets()) {
            List<Judge.Out> theirs = kernel.inject(each.port(), packet);
            List<Judge.Out> mine = ours.inject(each.port(), packet);
            assertEquals(Fields.summary(theirs), Fields.summary(mine), () -> each.name() + ": "
                    + ByteBufUtil.hexDump(packet) + ", we say " + ours.last().name());
            for (int i = 0; i < theirs.size(); i++) {
                Map<String, Object> theirFields = Fields.of(theirs.get(i));
                Map<String, Object> myFields = Fields.of(mine.get(i));
                String name = each.name() + ": " + ByteBufUtil.hexDump(packet) + ", answer " + i;
                theirFields.forEach((field, value) -> assertEquals(value, myFields.get(field), name + ": " + field));
                assertEquals(theirFields, myFields, name);
            }
        }
    }

    /** Packets to one port, one after the other. */
    record Case(String name, int port, List<byte[]> packets) {
    }

    /** What comes out after the last packet, as {@link Fields#summary} says it. */
    record Deviation(String name, int port, List<byte[]> packets, String kernel, String ours) {
    }
}
