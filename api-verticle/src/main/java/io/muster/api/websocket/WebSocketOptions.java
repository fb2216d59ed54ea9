package io.muster.api.websocket;

import java.time.Duration;

/**
 * Rules of one endpoint for its WebSockets.
 *
 * @param messagesPerSecond frames, including fragments and pings, that a client may send per second
 *     on average; twice as many in a burst
 * @param sendsPings true if the server pings an idle client every 30 seconds
 * @param idleTimeout maximum time without frames of a client that is not pinged; zero for no limit
 */
public record WebSocketOptions(int messagesPerSecond, boolean sendsPings, Duration idleTimeout) {}
