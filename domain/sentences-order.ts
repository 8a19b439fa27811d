/** Sentences on what was bought, where, when it was asked for, and how it was paid. Literal data. */

import type { Sentence } from './sentence.ts';

export const sentencesOfOrder = {
  channel_unknown: {
    en: 'We are asking the shop for the record that shows where this order was placed.',
    ru: 'Мы запрашиваем у магазина запись о том, где был оформлен этот заказ.',
    agent: 'The order’s own record names no channel; the customer’s word does not count.',
  },
  in_scope: {
    en: 'Your order was placed with us, so our refund policy covers it.',
    ru: 'Заказ оформлен у нас, поэтому на него распространяется наша политика возврата.',
    agent: 'Bought from us; every kind of plan is covered.',
  },
  bought_elsewhere: {
    en: 'This order was placed with another seller, so our refund policy does not cover it. {adviceEn}',
    ru: 'Заказ оформлен у другого продавца, и наша политика возврата на него не распространяется. {adviceRu}',
    agent: 'Out of scope: a reseller’s or marketplace’s order. The answer says where to turn.',
  },
  channel_official: {
    en: 'The order’s record shows that it was placed on our site or through our sales link.',
    ru: 'По записи заказа он оформлен на нашем сайте или по нашей ссылке.',
    agent: 'Official channel by the order’s record: {channel}.',
  },
  channel_foreign: {
    en: 'The order’s record shows that it was not placed on our site or through one of our sales links.',
    ru: 'По записи заказа он оформлен не на нашем сайте и не по нашей ссылке.',
    agent: 'Not an official channel by the order’s record: {channel}.',
  },
  no_foreign_channel: {
    en: 'Where you bought the plan is no ground against a refund.',
    ru: 'Место покупки не препятствует возврату.',
    agent: 'No ground: the channel is {channel}.',
  },
  foreign_channel: {
    en: 'We cannot refund an order that was not bought through an official channel.',
    ru: 'Мы не можем вернуть деньги за заказ, оформленный не через официальный канал.',
    agent: 'Refused: bought through {channel}.',
  },
  no_crypto: {
    en: 'You paid by a method that we can pay back.',
    ru: 'Вы оплатили способом, на который возможен возврат.',
    agent: 'No crypto among the tenders.',
  },
  crypto: {
    en: 'You paid in crypto, and we do not pay crypto back. No law that we know of at your place demands it.',
    ru: 'Вы оплатили криптовалютой, а её мы не возвращаем. Известные нам законы вашей страны этого не требуют.',
    agent: 'Crypto; no exception of the version applies to the place.',
  },
  crypto_by_law: {
    en: 'You paid in crypto, and the law of your country demands that it is paid back: {provision}.',
    ru: 'Вы оплатили криптовалютой, и закон вашей страны требует её вернуть: {provision}.',
    agent: 'Crypto, excepted for {country}: {provision}. The payout needs two people.',
  },
  crypto_share_excluded: {
    en: 'Part of the order was paid in crypto. That part is not paid back; the rest can be.',
    ru: 'Часть заказа оплачена криптовалютой. Эта часть не возвращается, остальное вернуть можно.',
    agent: 'Mixed tenders: the crypto share is left out of every sum.',
  },
  place_unknown: {
    en: 'You paid in crypto. Whether we may pay it back depends on the law of your country, which we are still confirming.',
    ru: 'Вы оплатили криптовалютой. Возможность возврата зависит от законов вашей страны, которую мы уточняем.',
    agent: 'An exception may apply; billing country and one independent sign are both needed.',
  },
  place_signs_differ: {
    en: 'You paid in crypto. What we know of your country does not agree, so no exception by law can be applied.',
    ru: 'Вы оплатили криптовалютой. Данные о вашей стране не совпадают, поэтому исключение по закону неприменимо.',
    agent: 'Billing country and independent sign differ: no place is shown, so no exception.',
  },
  no_crypto_ground: {
    en: 'How you paid is no ground against a refund.',
    ru: 'Способ оплаты не препятствует возврату.',
    agent: 'No ground: not crypto, or excepted, or only a share.',
  },
  crypto_ground: {
    en: 'We cannot refund what was paid in crypto.',
    ru: 'Мы не можем вернуть то, что оплачено криптовалютой.',
    agent: 'Refused: paid in crypto without an exception.',
  },
  crypto_only: {
    en: 'No promotional credit was used for this order.',
    ru: 'Бонусы при оплате этого заказа не использовались.',
    agent: 'Paid in crypto alone; RP-2.2 decides.',
  },
  nothing_in_money: {
    en: 'Nothing of this order was paid in money. Promotional credit is not paid back.',
    ru: 'За этот заказ не платили деньгами. Бонусы не возвращаются.',
    agent: 'No tender in money: promotional credit only, or none at all.',
  },
  capture_unknown: {
    en: 'We are asking the payment provider what was paid.',
    ru: 'Мы уточняем у платёжной системы сумму оплаты.',
    agent: 'The provider has not yet told what was captured.',
  },
  held_by_dispute: {
    en: 'The money is held by a dispute at your bank or payment provider until that ends.',
    ru: 'Деньги удерживаются из-за спора в вашем банке или платёжной системе, пока он не закончится.',
    agent: 'Nothing is left while the dispute is open; its end may free it.',
  },
  nothing_left: {
    en: 'All that was paid for this order has gone back already.',
    ru: 'Всё, что было оплачено за этот заказ, уже возвращено.',
    agent: 'Nothing is left to pay back on any tender.',
  },
  promotion_excluded: {
    en: 'Up to {left} can be paid back. Promotional credit that you used is not part of it.',
    ru: 'Вернуть можно не более {left}. Использованные бонусы в эту сумму не входят.',
    agent: 'Left in money: {left}; promotional credit is left out.',
  },
  paid_in_money: {
    en: 'Up to {left} can be paid back.',
    ru: 'Вернуть можно не более {left}.',
    agent: 'Left in money: {left}.',
  },
  no_way_back: {
    en: 'There is no payment that could be paid back.',
    ru: 'Нет платежа, который можно было бы вернуть.',
    agent: 'No tender that may go back.',
  },
  original_method: {
    en: 'A refund goes back the way you paid: {methodsEn}.',
    ru: 'Возврат идёт тем же способом, каким вы платили: {methodsRu}.',
    agent: 'Back to the original method: {methodsEn}.',
  },
} as const satisfies Record<string, Sentence>;
