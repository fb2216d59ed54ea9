package io.muster.bus;

/** The reason for which a frame that another node sent is rejected. */
public enum FrameRejection {
  /** The message is not a frame. */
  MALFORMED,
  /** The name or the client id of the host is not one that a host can have. */
  HOST,
  /** A time, the interval or the sequence number is not plausible. */
  TIME,
  /** A section is too large, is not JSON of its type, or names another host. */
  SECTION,
  /** The host is unknown, and too many hosts are known. */
  HOSTS,
  /** The frames of all hosts would occupy too much memory. */
  MEMORY
}
