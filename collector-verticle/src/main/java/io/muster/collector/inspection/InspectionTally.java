package io.muster.collector.inspection;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What became of the looks at the hosts of a collector. Any thread may read it. */
public final class InspectionTally {
  private final Map<Kind, LongAdder> samplings = adders();
  private final Map<Kind, LongAdder> answers = adders();

  void sampling(Kind kind) {
    of(samplings, kind).increment();
  }

  void answer(Kind kind) {
    of(answers, kind).increment();
  }

  /** How often a host was really read. */
  public long samplings(Kind kind) {
    return of(samplings, kind).sum();
  }

  /** Answers given; those that shared a sampling are more than the samplings. */
  public long answers(Kind kind) {
    return of(answers, kind).sum();
  }

  private static LongAdder of(Map<Kind, LongAdder> adders, Kind kind) {
    return adders.computeIfAbsent(kind, missing -> new LongAdder());
  }

  private static Map<Kind, LongAdder> adders() {
    var adders = new EnumMap<Kind, LongAdder>(Kind.class);
    for (var kind : Kind.values()) {
      adders.put(kind, new LongAdder());
    }
    return adders;
  }

  /** What can be looked at; its name in lower case is that of the service's method. */
  public enum Kind {
    VITALS,
    DISKS,
    PROCESSES,
    PROCESS,
    JOURNAL
  }
}
