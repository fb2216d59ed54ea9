package io.muster.collector.inspection;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What became of the looks at the hosts of a collector. Any thread may read it. */
public final class InspectionCounters {
  private final Map<InspectionType, LongAdder> samplings = newAdders();
  private final Map<InspectionType, LongAdder> answers = newAdders();

  void countSampling(InspectionType type) {
    counter(samplings, type).increment();
  }

  void countAnswer(InspectionType type) {
    counter(answers, type).increment();
  }

  /** How often a host was really read. */
  public long samplings(InspectionType type) {
    return counter(samplings, type).sum();
  }

  /** Answers given; those that shared a sampling are more than the samplings. */
  public long answers(InspectionType type) {
    return counter(answers, type).sum();
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

  /** What can be looked at; its name in lower case is that of the service's method. */
  public enum InspectionType {
    VITALS,
    DISKS,
    PROCESSES,
    PROCESS,
    JOURNAL
  }
}
