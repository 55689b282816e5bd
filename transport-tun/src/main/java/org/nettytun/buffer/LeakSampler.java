package org.nettytun.buffer;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetector.Level;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import io.netty.util.internal.SystemPropertyUtil;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Which packets Netty's leak detector watches: at its sampling levels some of them, by a count of our own, so that the
 * others cost a decrement and no random number. One thread's, but {@link #any}.
 */
final class LeakSampler {
    /**
     * One in so many is watched at Netty's default level. At half a million packets a second Netty's own 128 would be
     * 4000 stack traces a second, 4 % of a core, to find what 120 find as well.
     */
    private static final int INTERVAL =
            Math.max(1, Math.min(SystemPropertyUtil.getInt("io.netty.leakDetection.samplingInterval", 4096), 1 << 24));
    /** Watches each packet that it is shown, unless it is disabled. */
    private static final ResourceLeakDetector<PacketBuf> LEAKS =
            ResourceLeakDetectorFactory.instance().newResourceLeakDetector(PacketBuf.class, 1);

    private int unwatched = next();

    /** A chance number of so many on average: a fixed one would find the same place of each batch, over and over. */
    private static int next() {
        return ThreadLocalRandom.current().nextInt(2 * INTERVAL - 1) + 1;
    }

    private static boolean isEachWatched() {
        return ResourceLeakDetector.getLevel() == Level.PARANOID;
    }

    /** @return {@code null} if this one is not watched */
    ResourceLeakTracker<PacketBuf> track(PacketBuf packet) {
        if (--unwatched > 0 && !isEachWatched()) {
            return null;
        }
        if (unwatched <= 0) {
            unwatched = next();
        }
        return LEAKS.track(packet);
    }

    /** The same for a packet of no cache. Any thread. */
    static ResourceLeakTracker<PacketBuf> any(PacketBuf packet) {
        return isEachWatched() || ThreadLocalRandom.current().nextInt(INTERVAL) == 0 ? LEAKS.track(packet) : null;
    }
}
