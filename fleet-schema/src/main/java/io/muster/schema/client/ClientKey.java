package io.muster.schema.client;

/**
 * One client of one user.
 *
 * @param userId owner
 * @param clientId 32 lower-case hexadecimal digits
 */
public record ClientKey(String userId, String clientId) {}
