package io.muster.schema.event;

import java.util.List;

/** Observations of one observer, in the order in which it made them. */
public record ObservationBatch(List<Observation> observations) {
  /** Maximum number of observations. */
  public static final int MAX_SIZE = 500;

  public ObservationBatch {
    observations = List.copyOf(observations);
  }
}
