package org.nettytun.buffer;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * The event {@code org.nettytun.CacheMiss}: a thread's cache of packets was empty, and the shared slots were asked.
 * Off by default, and then it costs a test of a field.
 */
@Name(CacheMiss.NAME)
@Label("Cache Miss")
@Description("A thread's cache of packets had too few, and the shared slots were asked for more")
@Category({"Netty", "TUN"})
@Enabled(false)
@StackTrace(true)
final class CacheMiss extends Event {
    static final String NAME = "org.nettytun.CacheMiss";

    /** Netty's own way to ask without making an event. */
    private static final CacheMiss ASKED = new CacheMiss();

    @Label("Asked")
    @Description("Packets that were wanted and not in the cache")
    int asked;
    @Label("Got")
    @Description("Packets that came from the shared slots; 0 when there is no memory")
    int got;
    @Label("Slot bytes")
    int slotBytes;

    /** Nothing, unless somebody records it. Needs the module {@code jdk.jfr}. */
    static void emit(int asked, int got, int slotBytes) {
        if (ASKED.isEnabled()) {
            CacheMiss event = new CacheMiss();
            event.asked = asked;
            event.got = got;
            event.slotBytes = slotBytes;
            event.commit();
        }
    }
}
