package org.nettytun.linux;

/**
 * Does once, at home, whatever could start a thread when done for the first time: a thread that starts while its parent
 * stands in another network namespace lives there too, and keeps the namespace alive. Safe for any thread.
 */
final class NamespaceWarmUp {
    private static final int NO_DESCRIPTOR = -1;

    static {
        LibC.close(NO_DESCRIPTOR);   // loads JNA's library, binds our calls, starts JNA's cleaner
        load(TunFd.class, TunPacketInformation.class, Descriptors.class, RtNetlink.class, RtNetlinkMonitor.class,
                NetlinkSocket.class, NetlinkDialogue.class, LinkMessages.class);
        new ErrnoException("warm up", "nothing", LibC.errno()).fillInStackTrace();   // the tables and hints of errors
    }

    private NamespaceWarmUp() {
    }

    /** The work is in this class's initializer, which the JVM runs once while everybody else waits. */
    static void once() {
        // being called is enough
    }

    private static void load(Class<?>... classes) {
        for (Class<?> each : classes) {
            try {
                Class.forName(each.getName(), true, each.getClassLoader());
            } catch (ClassNotFoundException e) {
                throw new NoClassDefFoundError(e.getMessage());
            }
        }
    }
}
