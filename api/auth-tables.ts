/** The names that our migration gives the sign-in library's tables and columns, and the fields that we add to them. */

/** The door sets it from the connection, or from a proxy it trusts, on every request that reaches sign-in. */
export const clientAddressHeader = 'x-desk-client-address';

const dates = { createdAt: 'created_at', updatedAt: 'updated_at' };

export const authTables = {
  user: {
    modelName: 'people',
    fields: { emailVerified: 'email_verified', ...dates },
    additionalFields: {
      // `input: false`: nobody sets their own role.
      role: { type: 'string', required: true, defaultValue: 'customer', input: false },
      locale: { type: 'string', required: true, defaultValue: 'en', input: false },
    },
  },
  session: {
    modelName: 'sessions',
    fields: {
      userId: 'person_id',
      expiresAt: 'expires_at',
      ipAddress: 'ip_address',
      userAgent: 'user_agent',
      ...dates,
    },
    additionalFields: { remembered: { type: 'boolean', required: true, defaultValue: false, input: false } },
  },
  account: {
    modelName: 'credentials',
    fields: {
      userId: 'person_id',
      accountId: 'external_id',
      providerId: 'provider',
      password: 'password_hash',
      accessToken: 'access_token',
      refreshToken: 'refresh_token',
      idToken: 'id_token',
      accessTokenExpiresAt: 'access_token_expires_at',
      refreshTokenExpiresAt: 'refresh_token_expires_at',
      ...dates,
    },
  },
  verification: {
    modelName: 'verifications',
    fields: { expiresAt: 'expires_at', ...dates },
    // It is made of an e-mail address, which need not stand in a second place.
    storeIdentifier: 'hashed',
  },
  twoFactorSchema: {
    user: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
    twoFactor: {
      modelName: 'second_factors',
      fields: {
        userId: 'person_id',
        backupCodes: 'backup_codes',
        failedVerificationCount: 'failed_verification_count',
        lockedUntil: 'locked_until',
      },
    },
  },
  apiKeySchema: {
    apikey: {
      modelName: 'api_keys',
      fields: {
        configId: 'config_id',
        referenceId: 'person_id',
        key: 'key_hash',
        refillInterval: 'refill_interval',
        refillAmount: 'refill_amount',
        lastRefillAt: 'last_refill_at',
        rateLimitEnabled: 'rate_limit_enabled',
        rateLimitTimeWindow: 'rate_limit_time_window',
        rateLimitMax: 'rate_limit_max',
        requestCount: 'request_count',
        lastRequest: 'last_request',
        expiresAt: 'expires_at',
        ...dates,
      },
    },
  },
} as const;
