package org.nettytun.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.nettytun.channel.TunEventLoopGroup;
import org.nettytun.channel.TunIoHandler;

import java.util.List;

/**
 * Publishes how often the loops of a group turned, and what they found. Any thread. Goes beside Micrometer's own {@code
 * NettyEventExecutorMetrics}, which tells of pending tasks. Takes its meters away when the group has ended, or when it
 * is closed.
 */
public final class LoopMetrics implements MeterBinder, AutoCloseable {
    private final List<TunIoHandler> loops;
    private final String name;
    private final Bindings bindings = new Bindings();

    /** @param name of the group: the tag {@code loop} is this, a dash and the loop's number from 0 */
    public LoopMetrics(TunEventLoopGroup group, String name) {
        this.loops = group.handlers();
        this.name = name;
        group.terminationFuture().addListener(ended -> close());
    }

    /** @throws IllegalStateException if a group of that name is published there already */
    @Override
    public void bindTo(MeterRegistry registry) {
        for (int i = 0; i < loops.size(); i++) {
            Tags tags = Tags.of("loop", name + "-" + i);
            bindings.bind(registry, TunMeter.LOOP_PASSES, tags, loops.get(i), TunIoHandler::passes);
            bindings.bind(registry, TunMeter.LOOP_EVENTS, tags, loops.get(i), TunIoHandler::events);
        }
    }

    @Override
    public void close() {
        bindings.close();
    }
}
