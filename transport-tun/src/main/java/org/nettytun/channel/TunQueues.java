package org.nettytun.channel;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * All the queues of one multi-queue device, a channel each. The kernel spreads flows over the queues and keeps a flow
 * on the queue on which its replies were written last, so answer a packet on the channel it came from.
 */
public final class TunQueues {
    private final EventExecutor executor;
    private final List<TunChannel> channels;

    private TunQueues(EventExecutor executor, List<TunChannel> channels) {
        this.executor = executor;
        this.channels = List.copyOf(channels);
    }

    /**
     * Binds as many channels as {@link TunChannelOption#TUN_QUEUES} of {@code bootstrap} says, each on a loop of its
     * own as far as the group has them. All or none: if one fails, those that were bound are closed.
     *
     * @param bootstrap with {@code channel(TunChannel.class)}; its handler must be sharable or a {@code
     *                  ChannelInitializer}
     * @param address   the device; all its queues end up on the same one, also if the kernel chooses its name
     */
    public static Future<TunQueues> bind(Bootstrap bootstrap, TunAddress address) {
        List<EventLoop> loops = new ArrayList<>();
        bootstrap.config().group().forEach(loop -> loops.add((EventLoop) loop));
        Object option = bootstrap.config().options().get(TunChannelOption.TUN_QUEUES);
        int queues = option == null ? 1 : (Integer) option;

        Opening opening = new Opening(loops.get(0), queues);
        bind(bootstrap, loops.get(0), address).addListener((ChannelFuture first) -> {
            opening.done(first);
            if (first.isSuccess()) {
                String device = ((TunChannel) first.channel()).localAddress().device();
                for (int queue = 1; queue < queues; queue++) {
                    EventLoop loop = loops.get(queue % loops.size());
                    bind(bootstrap, loop, new TunAddress(device, queue)).addListener(
                            (ChannelFuture next) -> opening.done(next));
                }
            } else {
                opening.ended(queues - 1);
            }
        });
        return opening.result;
    }

    private static ChannelFuture bind(Bootstrap bootstrap, EventLoop loop, TunAddress address) {
        return bootstrap.clone(loop).bind(address);
    }

    /** By queue. Never empty. */
    public List<TunChannel> channels() {
        return channels;
    }

    /** Closes every queue, and with the last one the device unless it is persistent. Done when all are closed. */
    public Future<Void> close() {
        Promise<Void> closed = executor.newPromise();
        AtomicInteger open = new AtomicInteger(channels.size());
        for (TunChannel channel : channels) {
            channel.close();
            channel.closeFuture().addListener(future -> {
                if (open.decrementAndGet() == 0) {
                    closed.setSuccess(null);
                }
            });
        }
        return closed;
    }

    /** Counts the binds that are under way. Any thread. */
    private static final class Opening {
        private final Promise<TunQueues> result;
        private final EventExecutor executor;
        private final TunChannel[] bound;
        private int pending;
        private Throwable failure;

        Opening(EventExecutor executor, int queues) {
            this.executor = executor;
            this.result = executor.newPromise();
            this.bound = new TunChannel[queues];
            this.pending = queues;
        }

        synchronized void done(ChannelFuture bind) {
            if (bind.isSuccess()) {
                TunChannel channel = (TunChannel) bind.channel();
                bound[channel.localAddress().queue()] = channel;
            } else if (failure == null) {
                failure = bind.cause();
            }
            ended(1);
        }

        synchronized void ended(int count) {
            pending -= count;
            if (pending > 0) {
                return;
            }
            if (failure == null) {
                result.setSuccess(new TunQueues(executor, List.of(bound)));
                return;
            }
            for (TunChannel channel : bound) {
                if (channel != null) {
                    channel.close();
                }
            }
            result.tryFailure(failure);
        }
    }
}
