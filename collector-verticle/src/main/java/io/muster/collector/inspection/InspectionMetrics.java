package io.muster.collector.inspection;

import io.micrometer.core.instrument.Counter;
import io.muster.bus.metrics.MeterFactory;
import java.util.function.Function;

/**
 * Counts the inspections of the hosts of a collector. Safe for use by any thread.
 *
 * @param samplings number of times that a host was read
 * @param responses number of successful requests; several may share one sampling
 */
public record InspectionMetrics(
    Function<InspectionType, Counter> samplings, Function<InspectionType, Counter> responses) {
  /** Creates the counters. */
  public static InspectionMetrics of(MeterFactory meters) {
    return new InspectionMetrics(
        meters.counters(
            "inspections", "Inspections that read the host", "kind", InspectionType.class),
        meters.counters(
            "inspection.answers",
            "Inspection replies; several may share one reading",
            "kind",
            InspectionType.class));
  }

  void countSampling(InspectionType type) {
    samplings.apply(type).increment();
  }

  void countResponse(InspectionType type) {
    responses.apply(type).increment();
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
