package org.nettytun.examples.router;

import org.junit.jupiter.api.Test;

import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Which routes each kernel gets, so that the command line works as it stands. */
class RouterPlanTest {
    private static final String A = "a0,netns=a,host=10.1.0.1/24,host=fd01::1/64,router=10.1.0.254";
    private static final String B = "b0,netns=b,host=10.2.0.1/24,host=fd02::1/64,router=10.2.0.254";

    @Test
    void eachKernelIsToldOfAllThatIsAtTheOthers() {
        RouterPlan plan = plan(List.of("10.9.0.0/16,interface=b0", "fd09::/48,interface=a0"), A, B);
        assertEquals(List.of("10.2.0.0/24", "fd02::/64", "10.9.0.0/16"), routes(plan, 0));
        assertEquals(List.of("10.1.0.0/24", "fd01::/64", "fd09::/48"), routes(plan, 1));
    }

    @Test
    void notOfAFamilyItHasNoAddressOf() {
        RouterPlan plan = plan(List.of(), A, "b0,netns=b,host=10.2.0.1/24,router=10.2.0.254");
        assertEquals(List.of("10.1.0.0/24"), routes(plan, 1));
    }

    @Test
    void interfacesOfOneNamespaceKnowEachOther() {
        RouterPlan plan = plan(List.of(), A, "b0,netns=a,host=10.2.0.1/24,router=10.2.0.254",
                "c0,netns=c,host=10.3.0.1/24,router=10.3.0.254");
        assertEquals(List.of("10.3.0.0/24"), routes(plan, 0));
        assertEquals(List.of(), routes(plan, 1));
        assertEquals(List.of("10.1.0.0/24", "10.2.0.0/24"), routes(plan, 2));
    }

    @Test
    void aDefaultRouteIsSetUpInNamedNamespacesOnly() {
        RouterPlan plan = plan(List.of("0.0.0.0/0,interface=b0"), A, B,
                "c0,host=10.3.0.1/24,router=10.3.0.254");
        assertEquals(List.of("10.2.0.0/24", "fd02::/64", "0.0.0.0/0", "10.3.0.0/24"), routes(plan, 0));
        assertEquals(List.of("10.1.0.0/24", "10.2.0.0/24"), routes(plan, 2));
    }

    private static List<String> routes(RouterPlan plan, int index) {
        return plan.kernelRoutes(plan.interfaces().get(index));
    }

    private static RouterPlan plan(List<String> routes, String... interfaces) {
        return new RouterPlan(List.of(interfaces).stream().map(InterfaceSpec::parse).toList(),
                routes.stream().map(StaticRoute::parse).toList(), null, 100);
    }
}
