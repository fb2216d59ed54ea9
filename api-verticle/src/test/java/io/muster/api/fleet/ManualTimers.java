package io.muster.api.fleet;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A Vert.x with timers only, whose time the test advances. */
public final class ManualTimers {
  private final Map<Long, PendingTimer> timers = new LinkedHashMap<>();
  private long nowMillis;
  private long lastId;

  public Vertx vertx() {
    return (Vertx)
        Proxy.newProxyInstance(
            Vertx.class.getClassLoader(),
            new Class<?>[] {Vertx.class},
            (proxy, method, arguments) -> call(method, arguments));
  }

  /** Advances the time and fires due timers, in order. */
  public void advance(Duration elapsed) {
    var until = nowMillis + elapsed.toMillis();
    for (var due = next(until); due.isPresent(); due = next(until)) {
      fire(due.get());
    }
    nowMillis = until;
  }

  /** The number of pending timers. */
  public int size() {
    return timers.size();
  }

  private Optional<PendingTimer> next(long untilMillis) {
    return timers.values().stream()
        .filter(timer -> timer.atMillis() <= untilMillis)
        .min(Comparator.comparingLong(PendingTimer::atMillis));
  }

  private void fire(PendingTimer timer) {
    nowMillis = timer.atMillis();
    timers.remove(timer.id());
    if (timer.periodMillis() > 0) {
      timers.put(timer.id(), timer.nextOccurrence());
    }
    timer.handler().handle(timer.id());
  }

  @SuppressWarnings("unchecked")
  private Object call(Method method, Object[] arguments) {
    return switch (method.getName()) {
      case "setTimer" -> add((Long) arguments[0], 0, (Handler<Long>) arguments[1]);
      case "setPeriodic" ->
          add((Long) arguments[0], (Long) arguments[0], (Handler<Long>) arguments[1]);
      case "getOrCreateContext" -> context();
      case "cancelTimer" -> timers.remove((Long) arguments[0]) != null;
      default -> throw new UnsupportedOperationException(method.getName());
    };
  }

  /** Returns a context that runs each handler at once. */
  private static Context context() {
    return (Context)
        Proxy.newProxyInstance(
            Context.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (proxy, method, arguments) -> {
              runAtOnce(arguments[0]);
              return null;
            });
  }

  @SuppressWarnings("unchecked")
  private static void runAtOnce(Object handler) {
    ((Handler<Object>) handler).handle(handler);
  }

  private long add(long delayMillis, long everyMillis, Handler<Long> handler) {
    lastId++;
    timers.put(lastId, new PendingTimer(lastId, nowMillis + delayMillis, everyMillis, handler));
    return lastId;
  }

  private record PendingTimer(long id, long atMillis, long periodMillis, Handler<Long> handler) {
    PendingTimer nextOccurrence() {
      return new PendingTimer(id, atMillis + periodMillis, periodMillis, handler);
    }
  }
}
