package org.nettytun.channel;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.util.internal.logging.InternalLoggerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nettytun.linux.Errno;
import org.nettytun.linux.ErrnoException;
import org.nettytun.linux.TunFd;
import org.nettytun.linux.TunFlag;
import org.nettytun.linux.fixture.Eventually;
import org.nettytun.linux.fixture.Netns;
import org.nettytun.linux.fixture.OpenDescriptors;
import org.nettytun.stats.Direction;
import org.nettytun.stats.DropReason;
import org.nettytun.stats.KernelDropReason;

import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What an error means (DESIGN, section 6), provoked in the kernel; and what happens to the device under us. */
class TunDeviceTest extends DeviceTest {
    private final Recorder recorder = new Recorder();

    @Test
    void aDatagramOfTheKernelIsOnePacket() throws Exception {
        TunChannel tun = bind(recorder);
        netns.exec("bash", "-c", "echo -n hello > /dev/udp/10.7.0.2/9");
        byte[] packet = nextIpv4();
        assertEquals(IP_AND_UDP + 5, packet.length);
        assertEquals("hello", new String(packet, IP_AND_UDP, 5));
        assertEquals(new TunAddress("tun0"), tun.localAddress());
    }

    /** The kernel sends router solicitations and multicast reports of its own. */
    private byte[] nextIpv4() throws InterruptedException {
        while (true) {
            byte[] packet = recorder.awaitPacket();
            if (packet[0] >>> 4 == 4 && (packet[16] & 0xff) == 10) {
                return packet;
            }
        }
    }

    @Test
    void einvalFailsThatPacketAlone() throws Exception {
        TunChannel tun = bind(recorder);
        refusedThenGoesOn(tun, new byte[] {(byte) 0xff, 1, 2, 3}, Errno.EINVAL, KernelDropReason.INVALID_PROTO);
    }

    @Test
    void enobufsOrEnomemFailsThatPacketAlone() throws Exception {
        TunChannel tun = bind(recorder);
        byte[] fiveMegabytes = new byte[5_000_000];
        fiveMegabytes[0] = 0x45;
        refusedThenGoesOn(tun, fiveMegabytes, Errno.ENOBUFS, KernelDropReason.NOMEM);
    }

    private void refusedThenGoesOn(TunChannel tun, byte[] bad, int errno, DropReason reason) throws Exception {
        ChannelFuture refused = tun.write(Unpooled.wrappedBuffer(bad));
        ChannelFuture next = tun.write(Unpooled.wrappedBuffer(Packets.ipv4(60, 1)));
        tun.flush();
        PacketRefusedException why = assertInstanceOf(PacketRefusedException.class, refused.await().cause());
        assertEquals(errno, why.errno(), why::getMessage);
        assertEquals(0, why.getStackTrace().length);
        next.sync();
        assertEquals(1, tun.stats().dropped(Direction.OUTBOUND, reason));
        assertEquals(1, tun.stats().packets(Direction.OUTBOUND));
        assertTrue(recorder.failures.isEmpty(), recorder.failures::toString);
    }

    @Test
    void aDeviceThatIsDownRefusesAndLivesOn() throws Exception {
        TunChannel tun = bind(recorder);
        netns.ip("link", "set", "tun0", "down");
        TunLinkEvent down = recorder.awaitLink(TunLinkEvent.Kind.DOWN);
        assertFalse(down.up());
        ChannelFuture refused = tun.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(60, 1))).await();
        assertEquals(Errno.EIO, assertInstanceOf(PacketRefusedException.class, refused.cause()).errno());
        assertEquals(1, tun.stats().dropped(Direction.OUTBOUND, KernelDropReason.DEV_READY));

        netns.ip("link", "set", "tun0", "up");
        recorder.awaitLink(TunLinkEvent.Kind.UP);
        tun.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(60, 1))).sync();
    }

    @Test
    void aDownDeviceAndManyVoidPromisesAreQuiet() throws Exception {
        int packets = 100_000;
        try (LogLines log = new LogLines()) {
            InternalLoggerFactory.getInstance(AbstractChannel.class).warn("a line that must be seen");
            assertEquals(1, log.lines().size(), "what Netty logs is seen");
            log.lines().clear();
            TunChannel tun = bind(bootstrap(recorder).option(ChannelOption.MAX_MESSAGES_PER_WRITE, 64));
            netns.ip("link", "set", "tun0", "down");
            recorder.awaitLink(TunLinkEvent.Kind.DOWN);
            byte[] bytes = Packets.ipv4(60, 1);
            for (int i = 0; i < packets; i++) {
                tun.write(Unpooled.wrappedBuffer(bytes), tun.voidPromise());
                if (i % 100 == 99) {
                    tun.flush();
                }
            }
            Eventually.await(() -> tun.stats().dropped(Direction.OUTBOUND, KernelDropReason.DEV_READY) == packets,
                    () -> tun.stats().toString());
            assertTrue(tun.isActive());
            assertTrue(recorder.failures.isEmpty(), recorder.failures::toString);
            assertEquals(List.of(), log.lines());
            netns.ip("link", "set", "tun0", "up");
            recorder.awaitLink(TunLinkEvent.Kind.UP);
            tun.writeAndFlush(Unpooled.wrappedBuffer(bytes)).sync();
        }
    }

    @Test
    void aDeletedDeviceIsToldOnceAndCloses() throws Exception {
        TunChannel tun = bind(recorder);
        netns.ip("link", "del", "tun0");
        recorder.awaitFailure(TunGoneException.class);
        assertTrue(tun.closeFuture().await(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertTrue(recorder.failures.isEmpty(), recorder.failures::toString);
    }

    @Test
    void aDeletedDeviceIsNoticedWhileNobodyReads() throws Exception {
        TunChannel tun = bind(bootstrap(recorder).option(ChannelOption.AUTO_READ, false));
        netns.ip("link", "del", "tun0");
        assertTrue(tun.closeFuture().await(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    @Test
    void aWriteToADeletedDeviceFailsWithItsCause() throws Exception {
        TunChannel tun = bind(recorder);
        ChannelFuture write = tun.eventLoop().submit(() -> {
            netns.ip("link", "del", "tun0"); // before epoll can tell
            return tun.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(60, 1)));
        }).sync().getNow();
        assertInstanceOf(TunGoneException.class, write.await().cause());
        assertTrue(tun.closeFuture().await(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    @Test
    void renamed() throws Exception {
        TunChannel tun = bind(recorder);
        netns.ip("link", "set", "tun0", "down");
        netns.ip("link", "set", "tun0", "name", "renamed");
        assertEquals("renamed", recorder.awaitLink(TunLinkEvent.Kind.RENAMED).device());
        assertEquals("renamed", tun.localAddress().device());
        tun.config().setOption(TunChannelOption.TUN_UP, true);
        recorder.awaitLink(TunLinkEvent.Kind.UP);
    }

    @Test
    void movedToAnotherNamespaceItStillCarriesPackets() throws Exception {
        TunChannel tun = bind(recorder);
        try (Netns there = new Netns()) {
            netns.ip("link", "set", "tun0", "netns", there.name());
            recorder.awaitLink(TunLinkEvent.Kind.MOVED);
            there.ip("link", "set", "tun0", "up", "mtu", "9000");
            there.ip("addr", "add", "10.7.0.1/24", "dev", "tun0");
            recorder.packets.clear();
            kernelSends(there, 8028);
            assertEquals(8028, nextIpv4().length);
            tun.close().sync();
        }
    }

    @Test
    void aRaisedMtuTruncatesNothing() throws Exception {
        TunChannel tun = bind(recorder);
        for (int mtu : new int[] {2000, 4000, 1500, 9000, 65535}) {
            long lost = tun.stats().dropped(Direction.INBOUND);
            netns.ip("link", "set", "tun0", "mtu", Integer.toString(mtu));
            for (int i = 0; i < 3; i++) {
                kernelSends(netns, mtu);
            }
            assertEquals(mtu, nextIpv4().length);
            assertEquals(mtu, nextIpv4().length);
            // A read that was under way when the MTU rose may have found its packet too long: one at most, and counted.
            if (tun.stats().dropped(Direction.INBOUND) == lost) {
                assertEquals(mtu, nextIpv4().length);
            }
            assertTrue(tun.stats().dropped(Direction.INBOUND) <= lost + 1, tun.stats()::toString);
            assertEquals(mtu, recorder.awaitLink(TunLinkEvent.Kind.MTU_CHANGED).mtu());
            assertEquals(mtu, tun.config().getOption(TunChannelOption.TUN_MTU));
        }
    }

    @Test
    void anMtuThatWeRaiseLosesNothing() throws Exception {
        TunChannel tun = bind(recorder);
        for (int mtu : new int[] {2000, 4000, 1400, 9000}) {
            tun.config().setOption(TunChannelOption.TUN_MTU, mtu);
            for (int i = 0; i < 5; i++) {
                kernelSends(netns, mtu);
                assertEquals(mtu, nextIpv4().length);
            }
        }
        assertEquals(0, tun.stats().dropped(Direction.INBOUND));
    }

    @Test
    void anMtuThatAHandlerRaisesInMidBatchLosesNothing() throws Exception {
        AtomicBoolean raised = new AtomicBoolean();
        Recorder raiser = new Recorder((context, packet) -> {
            if (packet.getUnsignedByte(0) >>> 4 == 4 && !raised.getAndSet(true)) {
                context.channel().config().setOption(TunChannelOption.TUN_MTU, 4000);
                try {
                    kernelSends(netns, 4000);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
        });
        TunChannel tun = bind(raiser);
        kernelSends(netns, 100);
        byte[] packet;
        do {
            packet = raiser.awaitPacket();
        } while (packet.length != 4000);
        assertEquals(0, tun.stats().dropped(Direction.INBOUND));
    }

    @Test
    void whatTheBindItselfChangesIsNoEvent() throws Exception {
        TunChannel tun = bind(bootstrap(recorder).option(TunChannelOption.TUN_MTU, 1400)
                .option(TunChannelOption.TUN_TX_QUEUE_LENGTH, 33));
        tun.config().setOption(TunChannelOption.TUN_MTU, 1300);
        assertEquals(1300, recorder.awaitLink(TunLinkEvent.Kind.MTU_CHANGED).mtu());
        assertTrue(recorder.events.isEmpty(), recorder.events::toString);
        assertEquals(List.of(), recorder.skipped);
    }

    @Test
    void anOptionOfAClosedChannelIsRefusedAsSuch() throws Exception {
        TunChannel tun = bind(recorder);
        tun.close().sync();
        ChannelException refusal = assertThrows(ChannelException.class,
                () -> tun.config().setOption(TunChannelOption.TUN_MTU, 1400));
        assertEquals("TUN_MTU cannot be set: the channel is closed: tun0", refusal.getMessage());
        assertEquals(1500, tun.config().getOption(TunChannelOption.TUN_MTU));
    }

    @Test
    void aNapiQueueMovesPacketsBothWays() throws Exception {
        TunChannel tun = bind(bootstrap(recorder).option(TunChannelOption.TUN_FLAGS,
                EnumSet.of(TunFlag.NAPI, TunFlag.EXCLUSIVE)));
        for (int i = 0; i < 1000; i++) {
            tun.write(Unpooled.wrappedBuffer(Packets.ipv4(60, i)));
        }
        tun.writeAndFlush(Unpooled.wrappedBuffer(Packets.ipv4(60, 1000))).sync();
        kernelSends(netns, 100);
        assertEquals(100, nextIpv4().length);
        Eventually.await(() -> tun.linkStatistics().orElseThrow().rxPackets() == 1001,
                () -> tun.linkStatistics().toString());
    }

    @Test
    void optionsActOnTheDevice() throws Exception {
        TunChannel tun = bind(bootstrap(recorder).option(TunChannelOption.TUN_MTU, 1400)
                .option(TunChannelOption.TUN_TX_QUEUE_LENGTH, 33).option(TunChannelOption.TUN_OWNER, 1234)
                .option(TunChannelOption.TUN_GROUP, 2345).option(TunChannelOption.TUN_FLAGS, EnumSet.of(TunFlag.NAPI))
                .option(TunChannelOption.TUN_ROUTES, List.of("10.8.0.0/16", "fd08::/32 metric 5 table 77")));
        String link = netns.ip("-d", "link", "show", "tun0");
        assertTrue(link.contains("mtu 1400") && link.contains("qlen 33") && link.contains("user 1234")
                && link.contains("group 2345") && link.contains("UP"), link);
        String addresses = netns.ip("addr", "show", "tun0");
        assertTrue(addresses.contains("10.7.0.1/24") && addresses.contains("fd07::1/64"), addresses);
        assertTrue(netns.ip("route").contains("10.8.0.0/16 dev tun0"));
        assertTrue(netns.ip("-6", "route", "show", "table", "77").contains("fd08::/32 dev tun0"));

        tun.config().setOption(TunChannelOption.TUN_TX_QUEUE_LENGTH, 44);
        tun.config().setOption(TunChannelOption.TUN_UP, false);
        String changed = netns.ip("link", "show", "tun0");
        assertTrue(changed.contains("qlen 44") && changed.contains("state DOWN"), changed);
        assertEquals(false, tun.config().getOption(TunChannelOption.TUN_UP));
        assertThrows(IllegalStateException.class,
                () -> tun.config().setOption(TunChannelOption.TUN_ADDRESSES, List.of("10.1.1.1/24")));
        tun.close().sync();
        assertFalse(netns.ip("link").contains("tun0"));
    }

    @Test
    void aDeviceLeftDownIsDown() throws Exception {
        bind(bootstrap(recorder).option(TunChannelOption.TUN_UP, false));
        assertTrue(netns.ip("link", "show", "tun0").contains("state DOWN"));
    }

    @Test
    void persistentDevicesAreAttachedToAgain() throws Exception {
        bind(bootstrap(recorder).option(TunChannelOption.TUN_PERSIST, true)).close().sync();
        assertTrue(netns.ip("link").contains("tun0"));
        bind(recorder).close().sync();
        assertTrue(netns.ip("link").contains("tun0"));
        bind(bootstrap(recorder).option(TunChannelOption.TUN_PERSIST, false)).close().sync();
        assertFalse(netns.ip("link").contains("tun0"));
    }

    @Test
    void aDescriptorThatSomebodyOpened() throws Exception {
        TunFd opened = netns.namespace().call(() -> TunFd.open("given", EnumSet.noneOf(TunFlag.class)));
        TunChannel tun = (TunChannel) bootstrap(recorder).bind(TunAddress.ofDescriptor(opened.release())).sync()
                .channel();
        assertEquals("given", tun.localAddress().device());
        assertTrue(netns.ip("link", "show", "given").contains("state DOWN"), "a given device's state is its owner's");
        tun.config().setOption(TunChannelOption.TUN_UP, true);
        kernelSends(netns, 33);
        assertEquals(33, nextIpv4().length);
        tun.close().sync();
        assertFalse(netns.ip("link").contains("given"));
    }

    @Test
    void aDescriptorWhoseDeviceCannotBeSeenCarriesPackets() throws Exception {
        TunFd opened = netns.namespace().call(() -> TunFd.open("given", EnumSet.noneOf(TunFlag.class)));
        netns.ip("addr", "add", "10.7.0.1/24", "dev", "given");
        netns.ip("link", "set", "given", "up", "mtu", "9000");
        Bootstrap here = new Bootstrap().group(group).channel(TunChannel.class)
                .handler(recorder);
        ChannelFuture refused = here.clone().option(TunChannelOption.TUN_MTU, 1400)
                .bind(TunAddress.ofDescriptor(opened.fd())).await();
        assertTrue(refused.cause().getMessage().contains("TUN_NETNS"), refused.cause()::getMessage);
        assertTrue(TunFd.isTun(opened.fd()), "a failed bind leaves the descriptor to its owner");

        TunChannel tun = (TunChannel) here.bind(TunAddress.ofDescriptor(opened.release())).sync().channel();
        kernelSends(netns, 8028);
        assertEquals(8028, nextIpv4().length);
        tun.close().sync();
    }

    @Test
    void aDeviceOfTheSameNameInOurNamespaceIsSomebodyElses() throws Exception {
        try (Netns elsewhere = new Netns()) {
            TunChannel strangers = bind(recorder);
            TunFd foreign = elsewhere.namespace().call(() -> TunFd.open("tun0", EnumSet.noneOf(TunFlag.class)));
            ChannelFuture bind = bootstrap(new Recorder()).option(TunChannelOption.TUN_MTU, 1400)
                    .bind(TunAddress.ofDescriptor(foreign.fd())).await();
            assertFalse(bind.isSuccess());
            assertEquals(1500, strangers.config().getOption(TunChannelOption.TUN_MTU));
            assertTrue(TunFd.isTun(foreign.fd()));
            foreign.close();
        }
    }

    @Test
    void aLiveOptionActsThoughNobodyHasToldUsYet() throws Exception {
        TunChannel tun = bind(recorder);
        tun.eventLoop().submit(() -> {
            netns.ip("link", "set", "tun0", "down"); // the event of it waits behind us
            tun.config().setOption(TunChannelOption.TUN_UP, true);
        }).sync();
        assertTrue(netns.ip("link", "show", "tun0").contains(",UP"));
    }

    @Test
    void aBindThatFailsIsASentenceAndLeavesNothing() throws Exception {
        TunChannel tun = bind(recorder);
        int before = OpenDescriptors.count();
        for (int i = 0; i < 20; i++) {
            ChannelFuture busy = bootstrap(new Recorder()).bind(new TunAddress("tun0")).await();
            ErrnoException why = assertInstanceOf(ErrnoException.class, busy.cause());
            assertEquals(Errno.EBUSY, why.errno());
            ChannelFuture badRoute = bootstrap(new Recorder())
                    .option(TunChannelOption.TUN_ROUTES, List.of("10.8.0.0/16 via 192.0.2.1"))
                    .bind(new TunAddress("tun1")).await();
            assertEquals(Errno.ENETUNREACH, assertInstanceOf(ErrnoException.class, badRoute.cause()).errno());
            ChannelFuture nowhere = bootstrap(new Recorder()).option(TunChannelOption.TUN_NETNS, "ntt-none")
                    .bind(new TunAddress("tun1")).await();
            assertTrue(nowhere.cause().getMessage().contains("ntt-none"));
        }
        assertEquals(before, OpenDescriptors.count());
        assertFalse(netns.ip("link").contains("tun1"));
        assertTrue(tun.isActive());
    }

    /** 500 times; 10 000 in the profile {@code soak}. */
    @Test
    @Timeout(1800)
    void manyCyclesLeaveNoDescriptor() throws Exception {
        bind(recorder).close().sync();
        int before = OpenDescriptors.count();
        for (int i = 0; i < Integer.getInteger("nettytun.cycles"); i++) {
            bind(recorder).close().sync();
        }
        int after = OpenDescriptors.count();
        assertTrue(after <= before, before + " descriptors before, " + after + " after");
        assertNull(netns.ip("link").lines().filter(line -> line.contains("tun")).findAny().orElse(null));
    }
}
