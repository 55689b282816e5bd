package org.nettytun.examples.demo;

import org.nettytun.examples.Stop;
import org.nettytun.examples.router.InterfaceSpec;
import org.nettytun.examples.router.Router;
import org.nettytun.examples.router.RouterPlan;
import org.nettytun.linux.IpPrefix;

import java.util.List;
import java.util.function.Consumer;

/** Two namespaces, the router between them, and real traffic of the kernel's. */
final class DevicesDemo {
    private static final String ADDRESS_V4 = "10.77.2.1";
    private static final String ADDRESS_V6 = "fd77:2::1";

    private final Stop stop;
    private final Consumer<String> say;
    private final int pings;
    private final int seconds;

    /** @param say takes lines for the user */
    DevicesDemo(Stop stop, Consumer<String> say, int pings, int seconds) {
        this.stop = stop;
        this.say = say;
        this.pings = pings;
        this.seconds = seconds;
    }

    /** Whatever happens, in the end nothing is left. */
    Report run() throws Exception {
        Report report = new Report(say);
        try (Site a = Site.create("a"); Site b = Site.create("b");
                Router router = Router.start(plan(a, b), line -> say.accept("router: " + line));
                Children children = new Children(stop)) {
            for (String address : List.of(ADDRESS_V4, ADDRESS_V6)) {
                report.add(ping(children, a, b, address));
            }
            transfer(children, a, b, report);
            report.count(router);
        }
        return report;
    }

    /** The plan that {@code router --interface ...} on the command line would give. */
    private static RouterPlan plan(Site a, Site b) {
        return new RouterPlan(List.of(
                InterfaceSpec.parse("demo-a,netns=" + a.name()
                        + ",host=10.77.1.1/24,host=fd77:1::1/64,router=10.77.1.254,router=fd77:1::fe"),
                InterfaceSpec.parse("demo-b,netns=" + b.name() + ",host=" + ADDRESS_V4 + "/24,host=" + ADDRESS_V6
                        + "/64,router=10.77.2.254,router=fd77:2::fe")), List.of(), null, 100);
    }

    private Row ping(Children children, Site a, Site b, String address) throws Exception {
        String family = address.indexOf(':') >= 0 ? "v6" : "v4";
        if (Tools.has("ping")) {
            say.accept("ping " + family + ": " + pings + " at 1 ms from " + a.name() + " to " + address);
            return Ping.run(children, a, "ping " + family, address, pings);
        }
        say.accept("UDP echo " + family + ", for ping is not installed: " + pings + " to " + address);
        return UdpEcho.run(stop, a, b, "UDP echo " + family, IpPrefix.parseAddress(address), pings);
    }

    private void transfer(Children children, Site a, Site b, Report report) throws Exception {
        boolean iperf = Tools.has("iperf3");
        for (boolean reverse : new boolean[] {false, true}) {
            String what = reverse ? "TCP b to a" : "TCP a to b";
            say.accept(what + ": " + (iperf ? "iperf3" : "Netty, for iperf3 is not installed") + ", 4 streams, "
                    + seconds + " s");
            report.add(iperf ? Iperf.run(children, a, b, what, ADDRESS_V4, seconds, reverse)
                    : NettyTransfer.run(stop, reverse ? b : a, reverse ? a : b, what,
                            IpPrefix.parseAddress(reverse ? "10.77.1.1" : ADDRESS_V4), seconds));
        }
    }
}
