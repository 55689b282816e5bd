package org.nettytun.linux;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nettytun.linux.fixture.NeedsDevices;
import org.nettytun.linux.fixture.Netns;
import org.nettytun.linux.fixture.TestIo;

import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@NeedsDevices
class RtNetlinkLinkTest {
    private Netns netns;
    private TunFd tun;
    private RtNetlink netlink;
    private int index;

    @BeforeEach
    void makeDevice() throws Exception {
        netns = Netns.quiet();
        tun = netns.namespace().call(() -> TunFd.open("tun0", Set.of()));
        netlink = RtNetlink.open(netns.namespace());
        index = netlink.link("tun0").index();
    }

    @AfterEach
    void deleteAll() {
        netlink.close();
        tun.close();
        netns.close();
    }

    @Test
    void aFreshDeviceReadsAsIpShowsIt() throws Exception {
        Link link = netlink.link("tun0");

        assertEquals(new Link(index, "tun0", false, false, 1500, link.txQueueLength(), "tun", link.statistics()), link);
        assertEquals(new LinkStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0), link.statistics());
        assertTrue(netns.ip("link", "show", "dev", "tun0").contains(" qlen " + link.txQueueLength() + '\n'));
        assertEquals(link, netlink.link(index));
        assertEquals(List.of("lo", "tun0"), netlink.links().stream().map(Link::name).toList());
        assertEquals("", netlink.link("lo").kind());
        assertTrue(netlink.link("lo").up());
    }

    @Test
    void setsUpDownMtuAndQueueLength() throws Exception {
        netlink.setUp(index, true);
        netlink.setMtu(index, 1280);
        netlink.setTxQueueLength(index, 77);

        String shown = netns.ip("link", "show", "dev", "tun0");
        assertTrue(shown.contains(",UP") && shown.contains("mtu 1280 ") && shown.contains("qlen 77"), shown);
        Link link = netlink.link(index);
        assertTrue(link.up() && link.running());
        assertEquals(1280, link.mtu());
        assertEquals(77, link.txQueueLength());
        netlink.setUp(index, false);
        assertFalse(netlink.link(index).up());
    }

    @ParameterizedTest
    @ValueSource(ints = {67, 65536})
    void anImpossibleMtuIsRefusedInTheKernelsWords(int mtu) {
        ErrnoException e = assertThrows(ErrnoException.class, () -> netlink.setMtu(index, mtu));

        assertEquals(Errno.EINVAL, e.errno());
        assertTrue(e.getMessage().startsWith("RTM_NEWLINK on link " + index + " (mtu " + mtu + "): EINVAL"),
                e.getMessage());
        assertTrue(e.getMessage().matches(".*the kernel says: mtu (less|greater) than device m(in|ax)imum.*"),
                e.getMessage());
    }

    @Test
    void renamesAlsoUnderTheSameSocket() throws Exception {
        netlink.rename(index, "vpn");

        assertEquals("vpn", netlink.link(index).name());
        assertEquals(Errno.ENODEV, assertThrows(ErrnoException.class, () -> netlink.link("tun0")).errno());
        assertEquals(Errno.EEXIST, assertThrows(ErrnoException.class, () -> netlink.rename(index, "lo")).errno());
        for (String bad : new String[] {"", "a/b", "a%d", "sixteen-bytes-xx"}) {
            assertThrows(IllegalArgumentException.class, () -> netlink.rename(index, bad));
        }
        netlink.rename(index, "tun0");
        assertEquals(index, netlink.link("tun0").index());
    }

    @Test
    void deletesTheDeviceUnderItsDescriptor() throws Exception {
        netlink.deleteLink(index);

        assertEquals(Errno.ENODEV, assertThrows(ErrnoException.class, () -> netlink.link(index)).errno());
        assertEquals(-Errno.EBADFD, TestIo.read(tun.fd(), new byte[100]));
        ErrnoException e = assertThrows(ErrnoException.class, () -> netlink.deleteLink(index));
        assertTrue(e.getMessage().contains("no such interface in this network namespace"), e.getMessage());
        assertEquals(Errno.ENODEV, assertThrows(ErrnoException.class, () -> netlink.setUp(index, true)).errno());
        assertEquals(Errno.EOPNOTSUPP, assertThrows(ErrnoException.class, () -> netlink.deleteLink(1)).errno());
    }

    @Test
    void countsPacketsWhileItIsRenamedAndItsMtuChanges() throws Exception {
        netlink.addAddress(index, IpPrefix.parse("10.7.0.1/24"));
        netlink.setUp(index, true);
        netns.start("ping", "-i", "0.01", "-c", "20", "-W", "1", "10.7.0.2");
        int bytes = 0;
        for (int i = 0; i < 20; i++) {
            byte[] echo = Packets.await(tun.fd(), p -> p[0] == 0x45 && p[9] == 1);
            assertEquals(echo.length, TestIo.write(tun.fd(), Packets.echoReply(echo)));
            bytes += echo.length;
            netlink.setMtu(index, 1300 + i);
            netlink.rename(index, "tun" + i);
        }
        assertEquals(-Errno.EINVAL, TestIo.write(tun.fd(), new byte[20]));   // no version that IP has

        Link link = netlink.link("tun19");
        LinkStatistics statistics = link.statistics();
        assertEquals(1319, link.mtu());
        assertEquals(20, statistics.rxPackets());
        assertEquals(bytes, statistics.rxBytes());
        assertTrue(statistics.txPackets() >= 20 && statistics.txBytes() >= bytes, statistics.toString());
        assertEquals(1, statistics.rxDropped());
    }

    @Test
    void addressesOfBothFamiliesAreUsableAtOnce() throws Exception {
        IpPrefix v4 = IpPrefix.parse("10.7.0.1/24");
        IpPrefix v6 = IpPrefix.parse("fd07::1/64");
        netlink.setUp(index, true);
        netlink.addAddress(index, v4);
        netlink.addAddress(index, v6);

        assertEquals(Set.of(new LinkAddress(index, v4), new LinkAddress(index, v6)),
                Set.copyOf(netlink.addresses(index)));
        String shown = netns.ip("address", "show", "dev", "tun0");
        assertTrue(shown.contains("inet 10.7.0.1/24 ") && shown.contains("inet6 fd07::1/64 "), shown);
        assertFalse(shown.contains("tentative"), shown);
        assertEquals(List.of(new LinkAddress(1, IpPrefix.parse("127.0.0.1/8")),
                new LinkAddress(1, IpPrefix.parse("::1"))), netlink.addresses(1));
        ErrnoException twice = assertThrows(ErrnoException.class, () -> netlink.addAddress(index, v4));
        assertEquals(Errno.EEXIST, twice.errno());
        assertTrue(twice.getMessage().startsWith("RTM_NEWADDR on 10.7.0.1/24 of link " + index), twice.getMessage());

        netlink.removeAddress(index, v4);
        netlink.removeAddress(index, v6);
        assertEquals(List.of(), netlink.addresses(index));
        assertEquals(Errno.EADDRNOTAVAIL,
                assertThrows(ErrnoException.class, () -> netlink.removeAddress(index, v4)).errno());
        assertEquals(Errno.EADDRNOTAVAIL,
                assertThrows(ErrnoException.class, () -> netlink.removeAddress(index, v6)).errno());
    }

    /** A TUN device has no duplicate address detection, a veth has: two seconds in which nothing can be bound. */
    @Test
    void anIpv6AddressIsNotTentativeEvenWhereOthersAre() throws Exception {
        netns.ip("link", "add", "v0", "type", "veth", "peer", "name", "v1");
        netns.ip("link", "set", "v1", "up");
        int veth = netlink.link("v0").index();
        netlink.setUp(veth, true);
        netns.ip("address", "add", "fd08::2/64", "dev", "v0");
        netlink.addAddress(veth, IpPrefix.parse("fd08::1/64"));

        String tentative = netns.ip("address", "show", "dev", "v0", "tentative");
        assertTrue(tentative.contains("fd08::2/64"), "without the flag an address waits: " + tentative);
        assertFalse(tentative.contains("fd08::1/64"), tentative);
    }

    @Test
    void severalThreadsShareOne() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            Callable<Integer> look = () -> netlink.links().size() + netlink.addresses(1).size()
                    + netlink.link("tun0").index();
            int expected = look.call();
            List<Future<Integer>> all = threads.invokeAll(IntStream.range(0, 800).mapToObj(i -> look).toList());
            for (Future<Integer> one : all) {
                assertEquals(expected, one.get());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aClosedOneIsASentence() {
        netlink.close();
        netlink.close();
        ErrnoException e = assertThrows(ErrnoException.class, () -> netlink.links());

        assertEquals(Errno.EBADF, e.errno());
        assertTrue(e.getMessage().contains("the netlink socket is closed"), e.getMessage());
    }
}
