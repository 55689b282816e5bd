package org.nettytun.channel;

import org.junit.jupiter.api.Test;
import org.nettytun.linux.NetworkChange;
import org.nettytun.linux.RtNetlinkMonitor;
import org.nettytun.linux.RtNetlinkMonitor.Topic;
import org.nettytun.linux.fixture.Eventually;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

/** Changes of the network on an event loop. */
class NetworkMonitorTest extends DeviceTest {
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final BlockingQueue<NetworkChange> changes = new LinkedBlockingQueue<>();

    @Test
    void changesAreToldOnTheLoopUntilItIsClosed() throws Exception {
        try (RtNetlinkMonitor source = RtNetlinkMonitor.open(netns.namespace(), EnumSet.of(Topic.ROUTE))) {
            NetworkMonitor monitor = NetworkMonitor.start(group.next(), source, change -> {
                threads.add(Thread.currentThread());
                changes.add(change);
            }).sync().getNow();
            netns.ip("route", "add", "unreachable", "10.9.0.0/16");
            assertInstanceOf(NetworkChange.RouteAdded.class, changes.poll(10, TimeUnit.SECONDS));
            netns.ip("route", "del", "unreachable", "10.9.0.0/16");
            assertInstanceOf(NetworkChange.RouteRemoved.class, changes.poll(10, TimeUnit.SECONDS));
            assertEquals(1, threads.size());

            monitor.close();
            monitor.close();
            netns.ip("route", "add", "unreachable", "10.9.0.0/16");
            assertNull(changes.poll(200, TimeUnit.MILLISECONDS));
        }
    }

    @Test
    void whatIsHeardBeforeButNotToldBeforeTheCloseStaysUntold() throws Exception {
        try (RtNetlinkMonitor source = RtNetlinkMonitor.open(netns.namespace(), EnumSet.of(Topic.ROUTE))) {
            CountDownLatch goOn = new CountDownLatch(1);
            NetworkMonitor monitor = NetworkMonitor.start(group.next(), source, change -> {
                changes.add(change);
                assertDoesNotThrow(() -> goOn.await(10, TimeUnit.SECONDS));
            }).sync().getNow();
            netns.ip("route", "add", "unreachable", "10.9.0.0/16");
            assertInstanceOf(NetworkChange.RouteAdded.class, changes.poll(10, TimeUnit.SECONDS));
            netns.ip("route", "del", "unreachable", "10.9.0.0/16"); // waits in the socket behind the first
            monitor.close();
            goOn.countDown();
            assertNull(changes.poll(200, TimeUnit.MILLISECONDS));
        }
    }

    @Test
    void aListenerThatThrowsIsCalledAgain() throws Exception {
        try (RtNetlinkMonitor source = RtNetlinkMonitor.open(netns.namespace(), EnumSet.of(Topic.ROUTE))) {
            AtomicInteger calls = new AtomicInteger();
            NetworkMonitor.start(group.next(), source, change -> {
                calls.incrementAndGet();
                throw new IllegalStateException("planted");
            }).sync();
            for (int i = 1; i <= 3; i++) {
                int expected = i;
                netns.ip("route", "add", "unreachable", "10." + i + ".0.0/16");
                Eventually.await(() -> calls.get() >= expected, calls::toString);
            }
        }
    }
}
