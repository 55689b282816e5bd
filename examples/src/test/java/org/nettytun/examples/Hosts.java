package org.nettytun.examples;

import org.nettytun.linux.fixture.Netns;

/** Two namespaces, joined by a cable: 192.0.2.1 and 2001:db8::1 at one end, 192.0.2.2 and 2001:db8::2 at the other. */
record Hosts(Netns a, Netns b) implements AutoCloseable {
    static final String CABLE = "cable";

    static Hosts joined() {
        Hosts hosts = new Hosts(new Netns(), new Netns());
        try {
            Netns.run("ip", "link", "add", CABLE, "netns", hosts.a.name(), "type", "veth", "peer", "name", CABLE,
                    "netns", hosts.b.name());
            up(hosts.a, 1);
            up(hosts.b, 2);
            return hosts;
        } catch (AssertionError e) {
            hosts.close();
            throw e;
        }
    }

    private static void up(Netns host, int number) {
        host.ip("address", "add", "192.0.2." + number + "/24", "dev", CABLE);
        host.ip("address", "add", "2001:db8::" + number + "/64", "dev", CABLE, "nodad");
        host.ip("link", "set", CABLE, "up");
    }

    @Override
    public void close() {
        a.close();
        b.close();
    }
}
