package org.nettytun.examples.tunnel;

import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.EventExecutor;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.buffer.PacketBuf;
import org.nettytun.stats.KernelDropReason;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Sealed by threads beside the event loop. A flow has one worker, so it stays in order. Each packet that crosses is
 * released on the other side: the loop's by the worker that has sealed it, the worker's by the loop that has sent it.
 */
final class Workers implements Sealing, AutoCloseable {
    private final DefaultEventExecutorGroup group;
    private final List<Worker> workers = new ArrayList<>();
    private final Executor loop;
    private final int most;
    private int under;

    /**
     * @param count threads
     * @param most  packets that may be with them
     * @param loop  the tunnel's
     * @param seals one for each
     */
    Workers(int count, int most, Executor loop, Supplier<Seal> seals) {
        this.group = new DefaultEventExecutorGroup(count);
        this.most = most;
        this.loop = loop;
        for (EventExecutor thread : group) {
            workers.add(new Worker(thread, seals.get()));
            // What others have released, and waits for a worker that is idle, is fetched.
            thread.execute(() -> NapiByteBufAllocator.DEFAULT.wakeBy(thread));
        }
    }

    @Override
    public void seal(PacketBuf packet, int flow, Consumer<PacketBuf> then) {
        Worker worker = of(flow);
        hand(worker, packet, worker.seal::seal, then);
    }

    @Override
    public void open(PacketBuf datagram, int flow, Consumer<PacketBuf> then) {
        Worker worker = of(flow);
        hand(worker, datagram, worker.seal::open, then);
    }

    private Worker of(int flow) {
        return workers.get(flow % workers.size());
    }

    private void hand(Worker worker, PacketBuf packet, UnaryOperator<PacketBuf> work, Consumer<PacketBuf> then) {
        if (under == most) {
            packet.drop(KernelDropReason.QDISC_DROP);
            return;
        }
        under++;
        worker.thread.execute(() -> {
            PacketBuf done = null;
            try {
                done = work.apply(packet);
            } finally {
                PacketBuf back = done;
                loop.execute(() -> {
                    under--;   // whatever became of it
                    if (back != null) {
                        then.accept(back);
                    }
                });
            }
        });
    }

    /** Ends when what is with them is done. Before the loop's end, after that of what feeds it. */
    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private record Worker(EventExecutor thread, Seal seal) {
    }
}
