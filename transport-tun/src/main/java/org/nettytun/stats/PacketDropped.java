package org.nettytun.stats;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * The event {@code org.nettytun.PacketDropped}: a packet was let go, why and where. Off by default, and then it costs a
 * test of a field. The kernel's trace point {@code skb:kfree_skb}.
 */
@Name(PacketDropped.NAME)
@Label("Packet Dropped")
@Description("A packet was let go for a reason; the stack trace is the place")
@Category({"Netty", "TUN"})
@Enabled(false)
@StackTrace(true)
final class PacketDropped extends Event {
    static final String NAME = "org.nettytun.PacketDropped";

    /** Netty's own way to ask without making an event. */
    private static final PacketDropped ASKED = new PacketDropped();

    @Label("Reason")
    String reason;
    @Label("Device")
    @Description("Or the application, of packets that it made")
    String device;
    @Label("Direction")
    String direction;
    @Label("Length")
    @DataAmount
    int length;

    /** Nothing, unless somebody records it. Needs the module {@code jdk.jfr}. */
    static void emit(DropReason reason, TunStats ledger, Direction direction, int length) {
        if (ASKED.isEnabled()) {
            PacketDropped event = new PacketDropped();
            event.reason = reason.name();
            event.device = ledger.name();
            event.direction = direction.tag();
            event.length = length;
            event.commit();
        }
    }
}
