"""The names of the document's responses, in its order, and where its requests' fields are kept in a cart."""

from cartwright.wire.lines import DETAIL_NAMES

DIALECT_NAME = "subscription-shop"

_CART = """
availableCurrencies billingPlanId billingPlanPeriod blockDiscounts buyerBehavior cancelPeriod cartIp catalogId
checkoutUrl consentFlags country createDate currency customerId dbVersion discounts discountsStatus ecommerceToken
eligibleFeatures endUser endUserDiscountAmountByCurrency endUserDiscounts enduserId externalContext flags
forcedCurrency hideCrossSell hideUpSell id installments keepNonRecurringPaymentMethods lastUpdateReason layout locale
manualUpdateDate marketingCampaignNames maxPartialPaymentAmount maxPaymentsParts minPartialPaymentAmount modelVersion
notReadyForOrderCauseMessage offerSubSource onPaymentClickRedirectUrl orderId paymentMethod paymentTypes
piiDataSecureToken price productRecoId products promoteOneClickPayment remitteds renewalSource salesFlags scenario
scheduledSuppressionDate sentEmails source storeHostname storeId subscriptionGeneration subscriptionId
subscriptionSubSource taxAuthority taxTransactionId taxTypes totalAmount updateDate useStrikeThroughPrice userAgent
vatNumber vouchers vouchersTotalAmount wantedProducts warnings
"""
CART_NAMES = tuple(_CART.split())
CART = frozenset(CART_NAMES)
OF_OFFERS = ("customerId", "externalContext", "offerSubSource")
THEN_OF_OFFERS = ("source", "storeId", "subscriptionId", "totalAmount", "warnings")
"""What an offer shows of its cart, before its product and after it."""
OFFER = frozenset({"cartId", *OF_OFFERS, "product", *THEN_OF_OFFERS})
INPUT_NAMES = (
    "crossSellBy",
    "currentExpirationDate",
    "discountPlan",
    "discountPlanIgnorePurchaseDiscount",
    "discountPlanStep",
    "discountPlanTag",
    "durationUntilTrialEnd",
    "forcedBy",
    "id",
    "licenseId",
    "marketingCampaignId",
    "nextExpirationDate",
    "parentId",
    "previousLineItemId",
    "priceFunctionParameters",
    "quantity",
    "quantityMaxReached",
    "remotePrice",
    "subscriptionTemplate",
    "trial",
    "upSellBy",
)
"""A product as requests and `wantedProducts` have it (ProductInput)."""
PRODUCT = frozenset({*INPUT_NAMES, "lineItemId", "name", "currency", "price", "prices"})
"""A product as `products` has it: what it costs besides."""
DETAILS = frozenset(INPUT_NAMES) & DETAIL_NAMES - {"discountPlan", "priceFunctionParameters"}
"""Fields of a product that lines carry under the same names."""
HEADER = (
    "blockDiscounts",
    "catalogId",
    "country",
    "externalContext",
    "forcedCurrency",
    "hideCrossSell",
    "hideUpSell",
    "locale",
    "marketingCampaignNames",
    "paymentMethod",
    "productRecoId",
    "salesFlags",
    "scenario",
    "source",
    "storeHostname",
    "storeId",
    "useStrikeThroughPrice",
)
"""Fields of a cart that its header has under the same names."""
KEPT = (
    "billingPlanId",
    "billingPlanPeriod",
    "buyerBehavior",
    "checkoutUrl",
    "discounts",
    "endUser",
    "initialOrderId",
    "ip",
    "keepNonRecurringPaymentMethods",
    "onPaymentClickRedirectUrl",
    "partialPaymentAmount",
    "paymentExternalContext",
    "products",
    "remitteds",
    "subscriptionGeneration",
    "subscriptionSubSource",
    "userAgent",
)
"""Fields of a cart without a canonical home: they are in its extension."""
