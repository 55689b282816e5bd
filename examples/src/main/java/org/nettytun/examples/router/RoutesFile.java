package org.nettytun.examples.router;

import picocli.CommandLine.TypeConversionException;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Routes of a file, one a line, each as {@code --route} has it; empty lines, and what follows a {@code #}, are nothing.
 * For the router alone: no kernel is told of them.
 */
final class RoutesFile {
    private RoutesFile() {
    }

    /**
     * Reads all of the plan's, and looks whether it goes with the rest.
     *
     * @throws IllegalArgumentException the first line that is wrong, and what with it; or the file cannot be read
     */
    static List<StaticRoute> read(RouterPlan plan) {
        Path file = plan.routesFile();
        Claims claims = plan.claims();
        List<StaticRoute> routes = new ArrayList<>();
        int number = 0;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                String text = line.replaceFirst("#.*", "").strip();
                if (!text.isEmpty()) {
                    StaticRoute route = StaticRoute.parse(text);
                    claims.claim(route, new Line(number));
                    routes.add(route);
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

    /** A million of them are smaller than their sentences. */
    private record Line(int number) {
        @Override
        public String toString() {
            return "in line " + number;
        }
    }
}
