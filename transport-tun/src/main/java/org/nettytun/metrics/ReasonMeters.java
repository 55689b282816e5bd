package org.nettytun.metrics;

import org.nettytun.stats.DropReason;
import org.nettytun.stats.DropReasons;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A meter for each drop reason: those that are known now, and those that will be. Any thread. */
final class ReasonMeters implements AutoCloseable {
    private final List<DropReasons.Subscription> listening = new CopyOnWriteArrayList<>();

    /** Has {@code binder} called once for each reason, by this thread or the one that registers the reason. */
    void bind(Consumer<DropReason> binder) {
        Set<DropReason> seen = ConcurrentHashMap.newKeySet();
        Consumer<DropReason> once = reason -> {
            if (seen.add(reason)) {
                binder.accept(reason);
            }
        };
        listening.add(DropReasons.onRegister(once)); // first, so that none falls between
        DropReasons.all().forEach(once);
    }

    @Override
    public void close() {
        listening.forEach(DropReasons.Subscription::close);
        listening.clear();
    }
}
