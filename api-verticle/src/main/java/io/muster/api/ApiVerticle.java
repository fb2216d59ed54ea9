package io.muster.api;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.muster.api.allsmi.EventsDoor;
import io.muster.api.allsmi.MetricsDoor;
import io.muster.api.allsmi.ReadyDoor;
import io.muster.api.allsmi.SnapshotDoor;
import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.FrameHub;
import io.muster.api.http.Listeners;
import io.muster.api.rest.ClientDoor;
import io.muster.bus.Address;
import io.muster.bus.BusService;
import io.muster.bus.DemandTopic;
import io.muster.bus.FrameTopic;
import io.muster.bus.HistoryService;
import io.muster.bus.RegistryService;
import io.muster.runtime.config.HostPort;
import io.muster.runtime.node.Node;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The api role: one consumer of all frames, and every door to the outside. */
public final class ApiVerticle extends VerticleBase {
  private final ApiConfig config;
  private final Node node;
  private final FleetView view;
  private final FrameHub hub;
  private final Listeners listeners;

  public ApiVerticle(ApiConfig config, Node node) {
    this.config = config;
    this.node = node;
    this.view = new FleetView(node.fleetName(), node.clocks().nanos());
    this.hub = new FrameHub(node.vertx(), view, DemandTopic.on(node.vertx()));
    this.listeners = new Listeners(node.vertx());
  }

  @Override
  public Future<?> start() {
    var topic = FrameTopic.on(vertx);
    count(topic);
    hub.start();
    return topic
        .subscribe(hub::offer)
        .compose(
            subscribed ->
                listeners.open(config.listeners(), doors().router(vertx, config.token())));
  }

  @Override
  public Future<?> stop() {
    hub.close();
    return listeners.close();
  }

  /** The addresses that answer, by the name of their key. */
  public Map<String, HostPort> listening() {
    return listeners.bound();
  }

  private Doors doors() {
    var history =
        BusService.proxy(vertx, Address.HISTORY, HistoryService.class, config.callTimeout());
    var registry =
        BusService.proxy(vertx, Address.REGISTRY, RegistryService.class, config.callTimeout());
    return new Doors(
        new SnapshotDoor(view, hub),
        new EventsDoor(view, hub, node.clocks(), config.maxSubscribers()),
        new MetricsDoor(view, node),
        new ReadyDoor(view),
        new ClientDoor(history, registry, node.clocks().wall()));
  }

  /** received = malformed + superseded + accepted. */
  private void count(FrameTopic topic) {
    counter("muster.api.frames.received", "Frames from the bus", topic, FrameTopic::received);
    counter(
        "muster.api.frames.malformed", "Frames that no codec reads", topic, FrameTopic::malformed);
    counter(
        "muster.api.frames.superseded",
        "Frames that came late, twice or out of order",
        view,
        FleetView::superseded);
    counter("muster.api.frames.accepted", "Frames taken in", view, FleetView::accepted);
    counter(
        "muster.api.events.dropped",
        "Frames that subscribers lost because they were slow",
        hub,
        FrameHub::dropped);
    Gauge.builder("muster.api.subscribers", hub, FrameHub::size)
        .description("Open streams")
        .register(node.meters());
  }

  private <T> void counter(String name, String help, T counted, ToDoubleFunction<T> count) {
    FunctionCounter.builder(name, counted, count).description(help).register(node.meters());
  }
}
