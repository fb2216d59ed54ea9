package io.muster.collector.inspection;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts the inspections of the hosts of a collector. Safe for use by any thread. */
public final class InspectionCounters {
  private final Map<InspectionType, LongAdder> samplings = newAdders();
  private final Map<InspectionType, LongAdder> responses = newAdders();

  void countSampling(InspectionType type) {
    counter(samplings, type).increment();
  }

  void countResponse(InspectionType type) {
    counter(responses, type).increment();
  }

  /** Number of times that a host was read. */
  public long samplings(InspectionType type) {
    return counter(samplings, type).sum();
  }

  /** Number of successful requests; several may share one sampling. */
  public long responses(InspectionType type) {
    return counter(responses, type).sum();
  }

  private static LongAdder counter(Map<InspectionType, LongAdder> adders, InspectionType type) {
    return adders.computeIfAbsent(type, missing -> new LongAdder());
  }

  private static Map<InspectionType, LongAdder> newAdders() {
    var adders = new EnumMap<InspectionType, LongAdder>(InspectionType.class);
    for (var type : InspectionType.values()) {
      adders.put(type, new LongAdder());
    }
    return adders;
  }

  /** A kind of inspection; its name in lower case is that of the service method. */
  public enum InspectionType {
    VITALS,
    DISKS,
    PROCESSES,
    PROCESS,
    JOURNAL
  }
}
