/** TUN descriptors, rtnetlink and network namespaces of Linux. JNA and nothing else. */
module org.nettytun.linux {
    requires com.sun.jna;

    exports org.nettytun.linux;
}
