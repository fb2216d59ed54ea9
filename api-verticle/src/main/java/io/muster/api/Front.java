package io.muster.api;

import io.muster.api.allsmi.EventsDoor;
import io.muster.api.allsmi.MetricsDoor;
import io.muster.api.allsmi.ReadyDoor;
import io.muster.api.allsmi.SnapshotDoor;
import io.muster.api.fanout.FanOut;
import io.muster.api.fanout.FrameHub;
import io.muster.api.http.Token;
import io.muster.api.inspection.HostChoice;
import io.muster.api.listener.Listeners;
import io.muster.api.operations.DiscoveryDoor;
import io.muster.api.operations.HealthDoor;
import io.muster.api.operations.HostsDoor;
import io.muster.api.rest.DocsDoor;
import io.muster.api.rest.RestDoor;
import io.muster.api.rest.Services;
import io.muster.api.socktop.Answers;
import io.muster.api.socktop.SocktopConfig.Auth;
import io.muster.api.socktop.SocktopDoor;
import io.muster.api.usage.UsageDoor;
import io.muster.api.websocket.Sockets;
import io.muster.bus.Address;
import io.muster.bus.DemandTopic;
import io.muster.bus.service.BusService;
import io.muster.bus.service.HeartbeatService;
import io.muster.bus.service.HistoryService;
import io.muster.bus.service.InspectionService;
import io.muster.bus.service.RegistryService;
import io.muster.runtime.config.HostPort;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/** The doors of one event loop. Confined to it. */
final class Front {
  private final Vertx vertx;
  private final Core core;
  private final FanOut fanOut;
  private final Sockets sockets;
  private final Listeners listeners;

  Front(Vertx vertx, Core core) {
    this.vertx = vertx;
    this.core = core;
    this.fanOut = new FanOut(vertx, core.view(), DemandTopic.on(vertx), core.counters());
    this.sockets = new Sockets(vertx, core.admission());
    this.listeners = new Listeners(vertx, core.entrance());
  }

  /** Opens every listener on the event loop of the caller; other fronts may have opened it too. */
  Future<Void> open() {
    fanOut.start();
    sockets.start();
    core.hub().attach(branch(vertx.getOrCreateContext()));
    var doors = doors();
    return listeners
        .open(doors.router(vertx, core.cors(), token()))
        .compose(opened -> openUnixSocket(doors));
  }

  /** Ends every stream in order, then closes the listeners. */
  Future<Void> close() {
    fanOut.close();
    return sockets.close().eventually(listeners::close);
  }

  Map<String, HostPort> listening() {
    return listeners.bound();
  }

  /** Its mode lets only the owner in, who needs no token then. */
  private Future<Void> openUnixSocket(Doors doors) {
    return core.unixSocket()
        .map(socket -> listeners.open(socket, doors.router(vertx, core.cors(), Optional.empty())))
        .orElseGet(Future::succeededFuture);
  }

  /** Frames come from home: on another event loop they take a step to this one. */
  private FrameHub.Branch branch(Context context) {
    return (scope, frame) -> {
      if (context == Vertx.currentContext()) {
        fanOut.told(scope, frame);
      } else {
        context.runOnContext(here -> fanOut.told(scope, frame));
      }
    };
  }

  private Optional<Token> token() {
    Predicate<String> ownWay =
        core.config().socktop().auth() == Auth.AGENT
            ? path -> path.equals(Doors.SOCKTOP) || path.startsWith(Doors.SOCKTOP + "/")
            : path -> false;
    return core.config().token().map(secret -> new Token(secret, Doors.OPEN, ownWay));
  }

  private Doors doors() {
    var clocks = core.node().clocks();
    var hosts = new HostChoice(core.view(), core.node().hostname());
    return new Doors(
        new SnapshotDoor(core.view(), fanOut, core.refresher()),
        new EventsDoor(core.view(), core.hub(), fanOut, clocks, core.config().maxSubscribers()),
        new MetricsDoor(core.view(), core.pages(), core.node().hostname()),
        new ReadyDoor(core.view()),
        new HealthDoor(core.view(), core.node().health()),
        new HostsDoor(core.view()),
        new DiscoveryDoor(core.view(), Doors.HOST_METRICS),
        new RestDoor(core.contract(), services(), clocks.wallClock()),
        new DocsDoor(vertx, core.contract()),
        socktop(hosts),
        new UsageDoor(vertx, clocks, hosts, core.config().usage(), sockets));
  }

  private Services services() {
    var timeout = core.config().callTimeout();
    return new Services(
        BusService.proxy(vertx, Address.REGISTRY, RegistryService.class, timeout),
        BusService.proxy(vertx, Address.HISTORY, HistoryService.class, timeout),
        BusService.proxy(vertx, Address.HEARTBEATS, HeartbeatService.class, timeout));
  }

  private SocktopDoor socktop(HostChoice hosts) {
    BiFunction<String, Duration, InspectionService> collectors =
        (host, patience) ->
            BusService.proxy(vertx, Address.collector(host), InspectionService.class, patience);
    var answers = new Answers(core.config().socktop(), hosts, core.node().clocks(), collectors);
    return new SocktopDoor(core.config().socktop(), hosts, answers, sockets);
  }
}
