package io.muster.collector.heartbeat;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.HeartbeatService;
import io.muster.schema.history.Heartbeat;
import io.muster.schema.history.HeartbeatBatch;
import io.muster.schema.history.HeartbeatReceipt;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Stores by (client, instant), like the database, and fails as configured. */
final class FakeHeartbeatService implements HeartbeatService {
  final Map<String, Set<Long>> stored = new ConcurrentHashMap<>();
  final Set<String> unknownClients = ConcurrentHashMap.newKeySet();
  final Set<Long> malformedMillis = ConcurrentHashMap.newKeySet();
  final List<HeartbeatBatch> batches = new ArrayList<>();
  private volatile Supplier<Fault> faults = () -> Fault.NONE;

  /** Fault injected into a valid request. */
  enum Fault {
    NONE,
    /** Unavailable before the commit. */
    DOWN,
    /** An internal error before the commit. */
    INTERNAL_ERROR,
    /** Committed, but the receipt is lost. */
    RECEIPT_LOST,
    /** Committed, but there is no reply. */
    NO_REPLY
  }

  void injectFault(Supplier<Fault> faults) {
    this.faults = faults;
  }

  void injectFault(Fault fault) {
    faults = () -> fault;
  }

  @Override
  public Future<HeartbeatReceipt> store(HeartbeatBatch batch) {
    batches.add(batch);
    var fault = faults.get();
    if (fault == Fault.DOWN) {
      return failure(Code.UNAVAILABLE);
    }
    if (fault == Fault.INTERNAL_ERROR) {
      return Future.failedFuture(new IllegalStateException("injected failure"));
    }
    if (unknownClients.contains(batch.clientId())) {
      return failure(Code.CLIENT_UNKNOWN);
    }
    var millis = batch.heartbeats().stream().map(Heartbeat::atMillis).toList();
    if (millis.stream().anyMatch(malformedMillis::contains)) {
      return failure(Code.INVALID_ARGUMENT);
    }
    var storedMillis = stored.computeIfAbsent(batch.clientId(), client -> new TreeSet<>());
    var accepted = (int) millis.stream().filter(storedMillis::add).count();
    return switch (fault) {
      case NONE, DOWN, INTERNAL_ERROR ->
          Future.succeededFuture(new HeartbeatReceipt(accepted, millis.size() - accepted, 0));
      case RECEIPT_LOST -> failure(Code.TIMEOUT);
      case NO_REPLY -> Future.future(never -> {});
    };
  }

  private static Future<HeartbeatReceipt> failure(Code code) {
    return Future.failedFuture(new FleetException(code, "injected failure"));
  }
}
