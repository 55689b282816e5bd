package org.nettytun.benchmarks.flame;

import java.util.Locale;

/** A tree of stacks as an SVG: callers below, callees above, a frame as wide as its share of the samples. */
final class FlameGraph {
    private static final double WIDTH = 1400;
    private static final int ROW = 16;
    private static final int MARGIN = 40;
    /** Thinner frames are left out. */
    private static final double LEAST = 0.8;
    private static final double LETTER = 6.6;

    private final StringBuilder svg = new StringBuilder();
    private final Frame root;
    private final int height;

    private FlameGraph(Frame root) {
        this.root = root;
        height = MARGIN + ROW * (1 + root.depth(Math.max(1, Math.round(root.samples() * LEAST / WIDTH))));
    }

    /** @param title stands above */
    static String svg(Frame root, String title) {
        return new FlameGraph(root).draw(title);
    }

    private String draw(String title) {
        add("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %d\" font-family=\"monospace\" "
                + "font-size=\"11\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n", WIDTH, height);
        add("<text x=\"4\" y=\"14\">%s</text>%n", escaped(title));
        double x = WIDTH;
        for (Frame.Kind kind : Frame.Kind.values()) {
            String label = kind.name().toLowerCase(Locale.ROOT);
            x -= (label.length() + 2) * LETTER;
            add("<rect x=\"%.1f\" y=\"4\" width=\"%.1f\" height=\"14\" fill=\"%s\"/>"
                    + "<text x=\"%.1f\" y=\"14\">%s</text>%n", x,
                    (label.length() + 1) * LETTER, kind.color(), x + 2, label);
        }
        draw(root, 0, 0);
        return svg.append("</svg>\n").toString();
    }

    private void draw(Frame frame, double x, int level) {
        double width = frame.samples() * WIDTH / root.samples();
        if (width < LEAST) {
            return;
        }
        int y = height - ROW * (level + 1);
        String name = frame.name().replace('/', '.');
        add("<g><title>%s: %.1f %%</title><rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                escaped(name), frame.samples() * 100.0 / root.samples(), x, y, Math.max(width - LEAST / 2, LEAST / 2),
                ROW - 1, level == 0 ? "#dddddd" : frame.kind().color());
        String label = shortened(name, (int) (width / LETTER));
        if (!label.isEmpty()) {
            add("<text x=\"%.1f\" y=\"%d\">%s</text>", x + 2, y + ROW - 4, escaped(label));
        }
        add("</g>%n");
        double at = x;
        for (Frame callee : frame.callees()) {
            draw(callee, at, level + 1);
            at += callee.samples() * WIDTH / root.samples();
        }
    }

    /** Of {@code a.package.Type.method} as much of the end as there is room for, from a dot on if there is one. */
    private static String shortened(String name, int letters) {
        if (name.length() < letters) {
            return name;
        }
        String[] parts = name.split("\\.");
        String typeAndMethod = parts.length < 2 ? name : parts[parts.length - 2] + '.' + parts[parts.length - 1];
        String last = typeAndMethod.length() < letters ? typeAndMethod : parts[parts.length - 1];
        return letters < 4 ? "" : last.length() < letters ? last : last.substring(0, letters - 2) + '…';
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values));
    }
}
