package io.muster.runtime.cluster.bus;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.transport.Transport;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The transport of Vert.x with one addition: it guards the connections of the event bus, and adds
 * their TLS. Vert.x has no other way to add a handler to them, and reads the certificate of its own
 * TLS only once. Safe for use by any thread.
 */
public final class BusTransport implements Transport {
  private static final Set<String> MARK = Set.of("TLSv1.3");

  private final Transport transport;
  private final Optional<Supplier<BusIdentity>> identity;
  private final BusRejections rejections;
  private final BusConnector connector;

  private BusTransport(
      Transport transport, Optional<Supplier<BusIdentity>> identity, BusRejections rejections) {
    this.transport = transport;
    this.identity = identity;
    this.rejections = rejections;
    this.connector = new BusConnector(rejections);
  }

  /**
   * Marks the options of the event bus. Vert.x creates its server and its client from copies of
   * them, in which nothing else distinguishes the client from others; it uses the mark itself only
   * if it adds TLS.
   */
  public static void mark(EventBusOptions options) {
    options.setSsl(false).setEnabledSecureTransportProtocols(MARK);
  }

  /**
   * Creates the transport: the native one if it is preferred and available, or else NIO.
   *
   * @param identity current identity of this node on the event bus; empty for a bus without TLS
   */
  public static io.vertx.core.transport.Transport create(
      boolean isNativePreferred,
      Optional<Supplier<BusIdentity>> identity,
      MeterRegistry registry,
      LongSupplier nanoTime) {
    var nativeTransport =
        isNativePreferred ? io.vertx.core.transport.Transport.nativeTransport() : null;
    var selected =
        nativeTransport != null && nativeTransport.available()
            ? nativeTransport
            : io.vertx.core.transport.Transport.NIO;
    return new Guarded(
        selected,
        new BusTransport(
            selected.implementation(), identity, new BusRejections(registry, nanoTime)));
  }

  @Override
  public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
    transport.configure(options, domainSocket, bootstrap);
    // The event bus is the only server of a node that does not speak HTTP.
    if (!(options instanceof HttpServerOptions)) {
      bootstrap.childHandler(
          new BusAcceptor(bootstrap.config().childHandler(), identity, rejections));
    }
  }

  @Override
  public void configure(
      ClientOptionsBase options, int connectTimeout, boolean domainSocket, Bootstrap bootstrap) {
    transport.configure(options, connectTimeout, domainSocket, bootstrap);
    if (!options.isSsl() && options.getEnabledSecureTransportProtocols().equals(MARK)) {
      identity.ifPresent(current -> bootstrap.attr(BusConnector.IDENTITY, current.get()));
    }
  }

  @Override
  public void configure(DatagramChannel channel, DatagramSocketOptions options) {
    transport.configure(channel, options);
  }

  @Override
  public boolean supportsDomainSockets() {
    return transport.supportsDomainSockets();
  }

  @Override
  public boolean supportFileRegion() {
    return transport.supportFileRegion();
  }

  @Override
  public java.net.SocketAddress convert(SocketAddress address) {
    return transport.convert(address);
  }

  @Override
  public SocketAddress convert(java.net.SocketAddress address) {
    return transport.convert(address);
  }

  @Override
  public IoHandlerFactory ioHandlerFactory() {
    return transport.ioHandlerFactory();
  }

  @Override
  public EventLoopGroup eventLoopGroup(
      int type, int threads, ThreadFactory threadFactory, int ioRatio) {
    return transport.eventLoopGroup(type, threads, threadFactory, ioRatio);
  }

  @Override
  public DatagramChannel datagramChannel() {
    return transport.datagramChannel();
  }

  @Override
  @SuppressWarnings("deprecation") // The interface of Vert.x has this parameter.
  public DatagramChannel datagramChannel(InternetProtocolFamily family) {
    return transport.datagramChannel(family);
  }

  @Override
  public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
    var factory = transport.channelFactory(domainSocket);
    return () -> {
      var channel = factory.newChannel();
      channel.pipeline().addLast(connector);
      return channel;
    };
  }

  @Override
  public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
    return transport.serverChannelFactory(domainSocket);
  }

  /** The transport as Vert.x selects it. */
  private record Guarded(io.vertx.core.transport.Transport selected, BusTransport implementation)
      implements io.vertx.core.transport.Transport {
    @Override
    public String name() {
      return selected.name();
    }

    @Override
    public boolean available() {
      return true;
    }

    @Override
    public Throwable unavailabilityCause() {
      return selected.unavailabilityCause();
    }
  }
}
