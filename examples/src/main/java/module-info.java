/** The examples: applications, so nothing is exported. */
module org.nettytun.examples {
    requires com.fasterxml.jackson.core;
    requires info.picocli;
    requires io.netty.buffer;
    requires io.netty.codec.http;
    requires io.netty.codec;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires jdk.jfr;
    requires micrometer.core;
    requires micrometer.registry.prometheus;
    requires org.nettytun.transport;

    opens org.nettytun.examples to info.picocli;
    opens org.nettytun.examples.demo to info.picocli;
    opens org.nettytun.examples.dropwatch to info.picocli;
    opens org.nettytun.examples.echo to info.picocli;
    opens org.nettytun.examples.router to info.picocli;
    opens org.nettytun.examples.tunnel to info.picocli;
}
