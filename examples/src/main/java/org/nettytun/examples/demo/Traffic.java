package org.nettytun.examples.demo;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import org.nettytun.channel.TunChannel;
import org.nettytun.examples.Stop;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Sends from one endpoint to another on the event loop that both share, and tells what arrived. */
final class Traffic {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    /** Datagrams on their way: enough to keep everybody busy, not enough to overflow a queue. */
    private static final int WINDOW = 256;

    private final Stop stop;
    private final TunChannel channel;
    private final EventLoop loop;
    private final Endpoint here;
    private final Endpoint there;
    private long sent;

    Traffic(Stop stop, TunChannel channel, Endpoint here, Endpoint there) {
        this.stop = stop;
        this.channel = channel;
        this.loop = channel.eventLoop();
        this.here = here;
        this.there = there;
    }

    /** Pings, one a millisecond. */
    Row ping(String what, Packets packets, int count) throws Exception {
        begin();
        Promise<Void> allSent = loop.newPromise();
        ScheduledFuture<?> pace = loop.scheduleAtFixedRate(() -> {
            if (sent < count && !stop.isRequested()) {
                channel.writeAndFlush(packets.ping(channel.alloc(), (int) sent++), channel.voidPromise());
            } else {
                allSent.trySuccess(null);
            }
        }, 1, 1, TimeUnit.MILLISECONDS);
        allSent.sync();
        pace.cancel(false);
        until(() -> here.rtts().count() >= sent);
        return get(() -> Row.ofPing(what, sent, here.rtts().count(), here.rtts().summary()));
    }

    /** Datagrams as fast as they arrive. */
    Row datagrams(String what, Packets packets, int payload, int seconds) throws Exception {
        begin();
        long begin = System.nanoTime();
        Promise<Void> allSent = loop.newPromise();
        loop.execute(() -> {
            there.onBatch(() -> fill(packets, payload));
            fill(packets, payload);
        });
        stop.onRequest(() -> allSent.trySuccess(null));
        loop.schedule(() -> allSent.trySuccess(null), seconds, TimeUnit.SECONDS);
        allSent.sync();
        loop.submit(() -> there.onBatch(() -> { })).sync();
        until(() -> there.datagrams() >= sent);
        double nanos = System.nanoTime() - begin;
        return get(() -> new Row(what, sent, there.datagrams(), null, 8.0 * payload * there.datagrams() / nanos));
    }

    private void begin() throws InterruptedException {
        loop.submit(() -> {
            sent = 0;
            here.reset();
            there.reset();
        }).sync();
    }

    /** Fills the window. */
    private void fill(Packets packets, int payload) {
        while (sent - there.datagrams() < WINDOW && channel.isWritable()) {
            channel.write(packets.datagram(channel.alloc(), sent++, payload), channel.voidPromise());
        }
        channel.flush();
    }

    /** Waits for what is on its way; what takes a second is lost. */
    private void until(BooleanSupplier arrived) throws InterruptedException {
        Promise<Void> done = loop.newPromise();
        loop.execute(() -> look(arrived, System.nanoTime() + SECOND, done));
        done.sync();
    }

    private void look(BooleanSupplier arrived, long end, Promise<Void> done) {
        if (arrived.getAsBoolean() || stop.isRequested() || System.nanoTime() - end >= 0) {
            done.setSuccess(null);
        } else {
            loop.schedule(() -> look(arrived, end, done), 1, TimeUnit.MILLISECONDS);
        }
    }

    private Row get(Supplier<Row> result) throws Exception {
        Row row = loop.submit(result::get).get();
        if (stop.isRequested()) {
            throw new DemoFailure("stopped before the end");
        }
        return row;
    }
}
