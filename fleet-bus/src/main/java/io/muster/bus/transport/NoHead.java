package io.muster.bus.transport;

/** The head of {@link Pages} that have only rows. */
public enum NoHead {
  NO_HEAD
}
