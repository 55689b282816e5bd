package org.nettytun.benchmarks.hairpin;

import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.nettytun.buffer.NapiByteBufAllocator;
import org.nettytun.channel.TunEventLoopGroup;
import org.nettytun.metrics.LoopMetrics;
import org.nettytun.metrics.NapiMetrics;
import org.nettytun.metrics.TunMetrics;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Our channel as {@link ChannelSubject} has it, watched: a thread scrapes all there is, every 20 ms,
 * so that each turn of 25 ms has a scrape in it.
 */
final class ScrapedSubject implements Subject {
    private static final long EVERY_MILLIS = 20;

    private final TunEventLoopGroup group = new TunEventLoopGroup(1);
    private final ChannelSubject watched = new ChannelSubject(group, 1, null, Bounce::new);

    @Override
    public List<Long> start() throws Exception {
        List<Long> threads = watched.start();
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new TunMetrics(watched.channels(), Tags.empty()).bindTo(registry);
        new LoopMetrics(group, "hairpin").bindTo(registry);
        new NapiMetrics(NapiByteBufAllocator.DEFAULT, "default").bindTo(registry);
        Executors.newSingleThreadScheduledExecutor(task -> {
            Thread scraper = new Thread(task, "scraper");
            scraper.setDaemon(true);
            return scraper;
        }).scheduleAtFixedRate(registry::scrape, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
        return threads;
    }

    @Override
    public void size(int bytes) throws Exception {
        watched.size(bytes);
    }

    @Override
    public Laps run(long millis) throws Exception {
        return watched.run(millis);
    }
}
