package org.nettytun.stats;

import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * All reasons of this process, each with a small number by which counters find it. Any thread. An enum registers with
 * its first drop, or with {@link #register}, which is better: what is wrong with it then shows at the start.
 */
public final class DropReasons {
    /** So many at most, all enums together: each is a meter for each device and direction. */
    public static final int MAX_REASONS = 256;

    private static final InternalLogger LOGGER = InternalLoggerFactory.getInstance(DropReasons.class);
    private static final CopyOnWriteArrayList<DropReason> ALL = new CopyOnWriteArrayList<>();
    private static final CopyOnWriteArrayList<Consumer<DropReason>> LISTENERS = new CopyOnWriteArrayList<>();
    private static final Map<Class<?>, Integer> BASES = new HashMap<>();
    /** Of an enum: the number of its first constant. {@link #BASES} without a lock. */
    private static final ClassValue<Integer> BASE = new ClassValue<>() {
        @Override
        protected Integer computeValue(Class<?> type) {
            return add(type);
        }
    };

    static {
        register(KernelDropReason.class);
        register(TunDropReason.class);
    }

    private DropReasons() {
    }

    /**
     * Makes the reasons of an enum known; those of this library are. Idempotent.
     *
     * @throws IllegalArgumentException if one of its names is taken, or is no name, or there are too many
     */
    public static <E extends Enum<E> & DropReason> void register(Class<E> reasons) {
        BASE.get(reasons);
    }

    /** Those that are registered, in the order of registration: this library's first. Grows only. */
    public static List<DropReason> all() {
        return List.copyOf(ALL);
    }

    /**
     * Tells of each reason that is registered from now on.
     *
     * @param listener called by the thread that registers
     * @return ends it
     */
    public static Subscription onRegister(Consumer<DropReason> listener) {
        LISTENERS.add(listener);
        return () -> LISTENERS.remove(listener);
    }

    /**
     * The number of a reason: dense, from 0, of this process alone.
     *
     * @throws IllegalArgumentException if it is {@link DropReason#NONE} or no constant of an enum that can be
     *                                  registered
     */
    static int index(DropReason reason) {
        if (reason == DropReason.NONE) {
            throw new IllegalArgumentException("a drop needs a reason, and NONE is not one");
        }
        if (reason instanceof Enum<?> constant) {
            return BASE.get(constant.getDeclaringClass()) + constant.ordinal();
        }
        throw new IllegalArgumentException("a drop reason is a constant of an enum: reason=" + reason);
    }

    static int count() {
        return ALL.size();
    }

    static DropReason at(int index) {
        return ALL.get(index);
    }

    private static Integer add(Class<?> type) {
        DropReason[] reasons = (DropReason[]) type.getEnumConstants();
        int base;
        synchronized (BASES) {
            Integer known = BASES.get(type); // two threads may be the first
            if (known != null) {
                return known;
            }
            check(type, reasons);
            base = ALL.size();
            ALL.addAll(List.of(reasons));
            BASES.put(type, base);
        }
        for (DropReason reason : reasons) {
            LISTENERS.forEach(listener -> tell(listener, reason));
        }
        return base;
    }

    /** Somebody else's code: who drops a packet must not fail because of it. */
    private static void tell(Consumer<DropReason> listener, DropReason reason) {
        try {
            listener.accept(reason);
        } catch (Throwable e) { // an Error, too: a class that is not there
            LOGGER.warn("A listener of drop reasons failed: reason={}", reason.name(), e);
        }
    }

    private static void check(Class<?> type, DropReason[] reasons) {
        if (ALL.size() + reasons.length > MAX_REASONS) {
            throw new IllegalArgumentException("there can be " + MAX_REASONS + " drop reasons, for each is a meter: "
                    + type.getName() + " adds " + reasons.length + " to " + ALL.size());
        }
        for (DropReason reason : reasons) {
            if (!reason.name().matches("[A-Z][A-Z0-9_]*")) {
                throw new IllegalArgumentException("a drop reason's name is upper case with underscores: "
                        + type.getName() + "." + reason.name());
            }
            for (DropReason known : ALL) {
                if (known.name().equals(reason.name())) {
                    throw new IllegalArgumentException("two drop reasons of one name would be one meter: "
                            + type.getName() + "." + reason.name() + " and " + known.getClass().getName());
                }
            }
        }
    }

    /** Until it is closed a listener is told. */
    public interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
