package org.nettytun.examples.router;

import org.nettytun.forward.Route;
import org.nettytun.linux.IpPrefix;
import org.nettytun.routing.RouteTable;
import picocli.CommandLine.TypeConversionException;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * Routes of a file, one a line, each as {@code --route} has it; empty lines, and what follows a {@code #}, are nothing.
 * For the router alone: no kernel is told of them. Of a line nothing is kept but its place in a table, so that a
 * million of them take no more memory than that.
 */
final class RoutesFile {
    private RoutesFile() {
    }

    /**
     * Reads all of the plan's, and looks whether it goes with the rest.
     *
     * @param targets what a route leads to
     * @throws IllegalArgumentException the first line that is wrong, and what with it; or the file cannot be read
     */
    static RouteTable<Route> read(RouterPlan plan, Function<StaticRoute, Route> targets) {
        Path file = plan.routesFile();
        Claims claims = plan.claims();
        RouteTable<Route> routes = new RouteTable<>();
        int number = 0;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                StaticRoute route = parse(line);
                if (route != null) {
                    IpPrefix destination = route.destination();
                    claims.checkFree(route, in(number));
                    if (routes.put(destination.address(), destination.length(), targets.apply(route)) != null) {
                        throw Claims.conflict(destination, first(file, destination), in(number), route.text());
                    }
                }
            }
        } catch (WrongPlan | TypeConversionException e) {
            throw new IllegalArgumentException(file + ":" + number + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("routes cannot be read: file=" + file + ": " + e, e);
        } catch (OutOfMemoryError e) {   // of all that is here, and nothing else has begun
            throw new IllegalArgumentException(file + ":" + number + ": there is no memory for so many routes; give the"
                    + " JVM more: -Xmx", e);
        }
        return routes;
    }

    /** Or null, if a line has none. */
    private static StaticRoute parse(String line) {
        int comment = line.indexOf('#');
        String text = (comment < 0 ? line : line.substring(0, comment)).strip();
        return text.isEmpty() ? null : StaticRoute.parse(text);
    }

    /** Reads again, for the sake of a sentence, where a network is told of first. */
    private static String first(Path file, IpPrefix network) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            int number = 1;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                StaticRoute route = parse(line);
                if (route != null && route.destination().equals(network)) {
                    return in(number);
                }
                number++;
            }
        }
        return "in a line before";   // the file is another by now
    }

    private static String in(int line) {
        return "in line " + line;
    }
}
