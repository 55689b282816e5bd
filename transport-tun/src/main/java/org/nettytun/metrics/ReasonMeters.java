package org.nettytun.metrics;

import org.nettytun.stats.DropReason;
import org.nettytun.stats.DropReasons;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** A meter for each drop reason: those that are known now, and those that will be. Any thread. Closed, it stays so. */
final class ReasonMeters implements AutoCloseable {
    private final List<DropReasons.Subscription> listening = new ArrayList<>();
    private boolean closed;

    /**
     * Has {@code binder} called once for each reason, by this thread or the one that registers the reason. If it
     * throws here, never again.
     */
    synchronized void bind(Consumer<DropReason> binder) {
        if (closed) {
            return;
        }
        Set<DropReason> seen = ConcurrentHashMap.newKeySet();
        Consumer<DropReason> once = reason -> {
            if (seen.add(reason)) {
                binder.accept(reason);
            }
        };
        DropReasons.Subscription later = DropReasons.onRegister(once); // first, so that none falls between
        try {
            DropReasons.all().forEach(once);
        } catch (RuntimeException e) {
            later.close();
            throw e;
        }
        listening.add(later);
    }

    @Override
    public synchronized void close() {
        closed = true;
        listening.forEach(DropReasons.Subscription::close);
        listening.clear();
    }
}
